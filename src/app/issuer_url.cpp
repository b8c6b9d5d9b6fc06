#include "app/issuer_url.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "auth/issuer/issuer.hpp"

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

std::string known_issuer_url(const config::Settings& settings) {
  if (!settings.server.public_url.empty()) return auth::issuer_url_below(settings.server.public_url);
  std::string left_by_server = read_issuer_url(settings.data_dir);
  if (!left_by_server.empty()) return left_by_server;

  const std::string& listen = settings.server.listen.front();
  const std::string port = listen.substr(std::min(listen.rfind(':'), listen.size()));
  const bool loopback =
      listen.starts_with("127.") || listen.starts_with("[::1]") || listen.starts_with("localhost:");
  if (listen.starts_with("unix:") || port == ":0") return {};
  return auth::issuer_url_below(loopback ? "http://localhost" + port : "http://" + listen);
}

}  // namespace chatserver::app
