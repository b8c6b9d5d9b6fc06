#include "server/listener.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace chatserver::server {
namespace {

using tcp = boost::asio::ip::tcp;

constexpr int backlog = 4096;
constexpr int accepted_at_once_max = 64;
constexpr std::chrono::milliseconds pause_without_descriptors{100};

std::unexpected<std::string> failed(std::string_view address, std::string_view what, int error) {
  return std::unexpected("cannot listen on " + std::string(address) + ": " + std::string(what) + ": " +
                         std::strerror(error));
}

std::expected<Listening, std::string> bind_and_listen(std::string_view name, int family,
                                                      const sockaddr* address, socklen_t bytes) {
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failed(name, "socket", errno);
  const int yes = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(descriptor, address, bytes) != 0 || ::listen(descriptor, backlog) != 0) {
    const int error = errno;
    ::close(descriptor);
    return failed(name, error == EADDRINUSE ? "another program uses it" : "bind", error);
  }
  return Listening{.descriptor = descriptor, .address = std::string(name), .loopback = false};
}

std::expected<Listening, std::string> open_unix(std::string_view name) {
  const std::string_view path = name.substr(std::string_view("unix:").size());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return failed(name, "the path", ENAMETOOLONG);
  std::memcpy(address.sun_path, path.data(), path.size());
  // A socket file that nobody listens on is what a killed server left behind.
  struct stat status{};
  if (::stat(address.sun_path, &status) == 0 && S_ISSOCK(status.st_mode)) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool alive = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    if (alive) return failed(name, "another program uses it", EADDRINUSE);
    ::unlink(address.sun_path);
  }
  auto listening =
      bind_and_listen(name, AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (listening) listening->loopback = true;
  return listening;
}

std::expected<Listening, std::string> open_tcp(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  std::string host(name.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string port(name.substr(std::min(colon + 1, name.size())));
  boost::asio::io_context context;
  boost::system::error_code error;
  const auto found = tcp::resolver(context).resolve(host, port, tcp::resolver::passive, error);
  if (error || found.empty())
    return std::unexpected("cannot listen on " + std::string(name) + ": " + error.message());
  tcp::endpoint endpoint = found.begin()->endpoint();
  const int family = endpoint.address().is_v6() ? AF_INET6 : AF_INET;
  auto listening = bind_and_listen(name, family, endpoint.data(), static_cast<socklen_t>(endpoint.size()));
  if (!listening) return listening;
  socklen_t bytes = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(listening->descriptor, endpoint.data(), &bytes) == 0) endpoint.resize(bytes);
  const std::string text = endpoint.address().to_string();
  listening->address = (family == AF_INET6 ? "[" + text + "]" : text) + ":" + std::to_string(endpoint.port());
  listening->loopback = endpoint.address().is_loopback();
  return listening;
}

Address address_of(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    return boost::asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    boost::asio::ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), v6.sin6_addr.s6_addr, bytes.size());
    return unmapped(boost::asio::ip::address_v6(bytes));
  }
  return boost::asio::ip::address_v4::loopback();
}

}  // namespace

std::expected<Listening, std::string> open_listener(std::string_view address) {
  return address.starts_with("unix:") ? open_unix(address) : open_tcp(address);
}

Listener::Listener(Listening listening, const HttpEdge& edge, std::vector<ShardThread*> shards)
    : edge_(edge),
      shards_(std::move(shards)),
      address_(std::move(listening.address)),
      loopback_(listening.loopback),
      socket_(shards_.front()->context(), listening.descriptor),
      pause_(shards_.front()->context()) {}

void Listener::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  pause_.cancel();
  if (address_.starts_with("unix:")) ::unlink(address_.c_str() + std::strlen("unix:"));
}

void Listener::wait() {
  socket_.async_wait(decltype(socket_)::wait_read, [this](const boost::system::error_code& error) {
    if (!error) accept_all();
  });
}

void Listener::accept_all() {
  for (int i = 0; i < accepted_at_once_max; ++i) {
    sockaddr_storage storage{};
    socklen_t bytes = sizeof storage;
    const int descriptor = ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&storage), &bytes,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
      if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) break;
      // Out of descriptors: those who wait are served once others have gone.
      pause_.expires_after(pause_without_descriptors);
      pause_.async_wait([this](const boost::system::error_code& error) {
        if (!error) wait();
      });
      return;
    }
    const int yes = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const Peer peer{.descriptor = descriptor, .address = address_of(storage), .loopback = loopback_};
    ShardThread& shard = *shards_[next_++ % shards_.size()];
    shard.post([&shard, &edge = edge_, peer] {
      shard.http_connections().spawn(shard.context().get_executor(), serve_http(peer, edge, shard));
    });
  }
  wait();
}

}  // namespace chatserver::server
