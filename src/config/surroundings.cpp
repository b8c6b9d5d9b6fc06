#include "config/surroundings.hpp"

#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace chatserver::config {
namespace {

std::expected<std::string, ReadError> read_whole_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::status(path, ignored)))
    return std::unexpected(ReadError::missing);
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file || std::filesystem::is_directory(path, ignored)) return std::unexpected(ReadError::unreadable);
  return content;
}

std::map<std::string, std::string> environment_of_process() {
  std::map<std::string, std::string> environment;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

// Beside bin/ when installed; in the source tree when run from build/<kind>/.
std::filesystem::path find_web_root() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const std::filesystem::path directory = program.parent_path();
  for (const auto& candidate : {directory.parent_path() / "share/chatserver/web",
                                directory.parent_path().parent_path() / "web/dist"}) {
    if (std::filesystem::exists(candidate / "index.html", error)) return candidate;
  }
  return {};
}

}  // namespace

Surroundings process_surroundings() {
  return {.environment = environment_of_process(),
          .read_file = read_whole_file,
          .installed_web_root = find_web_root()};
}

}  // namespace chatserver::config
