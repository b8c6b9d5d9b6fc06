#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/machine.hpp"
#include "load/measured_server.hpp"

namespace chatserver::bench {

std::string http_answer(std::uint16_t port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw_errno("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                              "\r\nConnection: close\r\n\r\n";
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    std::array<char, 16384> part{};
    for (ssize_t bytes = 0; (bytes = ::recv(socket, part.data(), part.size(), 0)) > 0;) {
      answer.append(part.data(), static_cast<std::size_t>(bytes));
    }
  }
  ::close(socket);
  return answer;
}

std::string http_get(std::uint16_t port, const std::string& path) {
  const std::string answer = http_answer(port, path);
  const std::size_t head_end = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 200") || head_end == std::string::npos) return {};
  return answer.substr(head_end + 4);
}

double metric_sum(const std::string& page, const std::string& name) {
  double sum = 0;
  std::size_t at = 0;
  while (at < page.size()) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    const std::string_view line(page.data() + at, end - at);
    const bool wanted = line.starts_with(name) && line.size() > name.size() &&
                        (line[name.size()] == ' ' || line[name.size()] == '{');
    if (wanted) sum += std::strtod(page.c_str() + at + line.rfind(' ') + 1, nullptr);
    at = end + 1;
  }
  return sum;
}

std::uint16_t logged_port(const std::string& log, const std::string& word) {
  constexpr std::string_view host = "127.0.0.1:";
  std::size_t at = 0;
  while (at < log.size()) {
    const std::size_t end = std::min(log.find('\n', at), log.size());
    const std::string_view line(log.data() + at, end - at);
    const std::size_t named = line.find(word);
    const std::size_t address = named == std::string_view::npos ? named : line.find(host, named);
    // A line without its newline may not be whole.
    if (end < log.size() && address != std::string_view::npos) {
      return static_cast<std::uint16_t>(std::strtoul(line.data() + address + host.size(), nullptr, 10));
    }
    at = end + 1;
  }
  return 0;
}

}  // namespace chatserver::bench
