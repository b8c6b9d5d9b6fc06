#include "auth/testing/loopback_http.hpp"

#include <array>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.hpp"

namespace chatserver::auth::testing {

LoopbackHttp::LoopbackHttp(std::string answer)
    : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  check(::bind(listener_, generic, size) == 0 && ::listen(listener_, 4) == 0 &&
            ::getsockname(listener_, generic, &size) == 0,
        "loopback has a free port");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

LoopbackHttp::~LoopbackHttp() {
  ::shutdown(listener_, SHUT_RDWR);  // ends accept()
  thread_.join();
  ::close(listener_);
}

std::string LoopbackHttp::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void LoopbackHttp::serve() const {
  const int connection = ::accept(listener_, nullptr, nullptr);
  if (connection < 0) return;
  std::array<char, 4096> request;
  if (::recv(connection, request.data(), request.size(), 0) > 0 && !answer_.empty()) {
    ::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    ::shutdown(connection, SHUT_WR);
  }
  while (::recv(connection, request.data(), request.size(), 0) > 0) {
  }
  ::close(connection);
}

}  // namespace chatserver::auth::testing
