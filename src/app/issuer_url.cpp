#include "app/issuer_url.hpp"

#include <fstream>
#include <system_error>

namespace chatserver::app {

std::filesystem::path issuer_url_file(const std::filesystem::path& data_dir) {
  return data_dir / "issuer-url";
}

std::expected<void, std::string> write_issuer_url(const std::filesystem::path& data_dir,
                                                  std::string_view issuer_url) {
  const std::filesystem::path file = issuer_url_file(data_dir);
  std::filesystem::path temporary = file;
  temporary += ".new";
  {
    std::ofstream out(temporary, std::ios::trunc);
    out << issuer_url << '\n';
    out.flush();
    if (!out) return std::unexpected("cannot write " + temporary.string());
  }
  std::error_code error;
  std::filesystem::rename(temporary, file, error);
  if (error) return std::unexpected("cannot write " + file.string() + ": " + error.message());
  return {};
}

std::string read_issuer_url(const std::filesystem::path& data_dir) {
  std::ifstream in(issuer_url_file(data_dir));
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace chatserver::app
