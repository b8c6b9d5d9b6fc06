#include "load/swarm.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/interrupt.hpp"
#include "load/machine.hpp"
#include "load/marker.hpp"

namespace chatserver::bench {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;  // at most a read; stays in the second-level cache
constexpr std::size_t frame_bytes_max = 1024 * 1024;
constexpr std::size_t connections_per_source = 10'000;  // below the 28,000 ports of one source address

sockaddr_in loopback(std::uint32_t last_byte, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(0x7F000000U + last_byte);
  return address;
}

[[noreturn]] void throw_closed(std::uint32_t index, std::string_view why) {
  throw std::runtime_error(fmt::format("client {} lost its connection: {}", index, why));
}

}  // namespace

Swarm::Swarm(std::uint16_t port, SwarmEvents& events)
    : port_(port),
      events_(events),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      scratch_(frame_bytes_max + read_bytes) {
  if (epoll_ < 0) throw_errno("epoll_create1");
}

Swarm::~Swarm() {
  const linger reset{.l_onoff = 1, .l_linger = 0};
  for (const Connection& connection : connections_) {
    ::setsockopt(connection.socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    ::close(connection.socket);
  }
  ::close(epoll_);
}

void Swarm::connect(std::string_view token) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) throw_errno("socket");
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const auto source_byte = static_cast<std::uint32_t>(1 + connections_.size() / connections_per_source);
  const sockaddr_in source = loopback(source_byte, 0);
  const sockaddr_in target = loopback(1, port_);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) throw_errno("bind");
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0 &&
      errno != EINPROGRESS) {
    throw_errno("connect");
  }
  add(socket, State::upgrading, EPOLLIN | EPOLLOUT);
  connections_.back().waits_for_room = true;
  connections_.back().unsent = fmt::format(
      "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Authorization: Bearer {}\r\n\r\n",
      port_, token);
}

void Swarm::adopt(int socket) {
  add(socket, State::open, EPOLLIN);
  ++open_;
}

void Swarm::add(int socket, State state, std::uint32_t epoll_events) {
  epoll_event event{.events = epoll_events, .data = {.u32 = static_cast<std::uint32_t>(connections_.size())}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) throw_errno("epoll_ctl");
  connections_.push_back({.socket = socket, .state = state, .partial = {}, .unsent = {}});
}

void Swarm::send(std::uint32_t connection, std::string_view payload) {
  std::string& unsent = connections_[connection].unsent;
  if (unsent.empty()) unflushed_.push_back(connection);
  append_client_frame(unsent, Opcode::text, payload);
}

void Swarm::poll(int timeout_ms) {
  throw_if_interrupted();
  for (const std::uint32_t index : unflushed_) flush(index);
  unflushed_.clear();
  std::array<epoll_event, 256> ready;
  const int count = ::epoll_wait(epoll_, ready.data(), ready.size(), timeout_ms);
  for (int i = 0; i < count; ++i) {
    const std::uint32_t index = ready[static_cast<std::size_t>(i)].data.u32;
    const std::uint32_t what = ready[static_cast<std::size_t>(i)].events;
    if ((what & EPOLLOUT) != 0) flush(index);
    if ((what & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) read(index);
    for (const std::uint32_t sender : unflushed_) flush(sender);
    unflushed_.clear();
  }
}

void Swarm::poll_until(std::uint64_t end_ns) {
  for (std::uint64_t now = now_ns(); now < end_ns; now = now_ns()) {
    poll(static_cast<int>(std::min<std::uint64_t>((end_ns - now) / 1'000'000 + 1, 100)));
  }
}

void Swarm::read(std::uint32_t index) {
  Connection& connection = connections_[index];
  const std::size_t kept = connection.partial.size();
  if (kept > frame_bytes_max) throw_closed(index, "a frame is longer than the load generator takes");
  const ssize_t bytes = ::recv(connection.socket, scratch_.data() + kept, read_bytes, 0);
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (bytes < 0) throw_errno(fmt::format("client {} reads", index));
  if (bytes == 0) throw_closed(index, "end of stream");
  std::copy_n(connection.partial.data(), kept, scratch_.data());
  ++reads_;
  bytes_read_ += static_cast<std::uint64_t>(bytes);
  read_at_ns_ = now_ns();
  const std::span<const char> whole(scratch_.data(), kept + static_cast<std::size_t>(bytes));
  const std::size_t used = consume(index, whole);
  connections_[index].partial.assign(whole.data() + used, whole.size() - used);
}

std::size_t Swarm::consume(std::uint32_t index, std::span<const char> bytes) {
  std::size_t used = 0;
  if (connections_[index].state == State::upgrading) {
    used = finish_upgrade(index, {bytes.data(), bytes.size()});
    if (used == 0) return 0;
  }
  return used + scan_frames(bytes.subspan(used), [&](const ServerFrame& frame) { handle(index, frame); });
}

std::size_t Swarm::finish_upgrade(std::uint32_t index, std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  if (!bytes.starts_with("HTTP/1.1 101 ")) throw_closed(index, bytes.substr(0, bytes.find('\r')));
  connections_[index].state = State::open;
  ++open_;
  events_.on_open(index);
  return end + 4;
}

void Swarm::handle(std::uint32_t index, const ServerFrame& frame) {
  switch (frame.opcode) {
    case Opcode::text:
      events_.on_text(index, frame);
      return;
    case Opcode::ping: {
      std::string& unsent = connections_[index].unsent;
      if (unsent.empty()) unflushed_.push_back(index);
      append_client_frame(unsent, Opcode::pong, frame.payload);
      return;
    }
    case Opcode::pong:
      return;
    case Opcode::close:
      break;
  }
  if (frame.payload.size() < 2) throw_closed(index, "close frame");
  const auto code =
      static_cast<unsigned char>(frame.payload[0]) * 256 + static_cast<unsigned char>(frame.payload[1]);
  throw_closed(index, fmt::format("close {} {}", code, frame.payload.substr(2)));
}

void Swarm::flush(std::uint32_t index) {
  Connection& connection = connections_[index];
  if (!connection.unsent.empty()) {
    const ssize_t sent =
        ::send(connection.socket, connection.unsent.data(), connection.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) throw_errno(fmt::format("client {} writes", index));
    if (sent > 0) connection.unsent.erase(0, static_cast<std::size_t>(sent));
  }
  const bool waits = !connection.unsent.empty();
  if (waits == connection.waits_for_room) return;
  connection.waits_for_room = waits;
  epoll_event event{.events = EPOLLIN | (waits ? static_cast<std::uint32_t>(EPOLLOUT) : 0U),
                    .data = {.u32 = index}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.socket, &event) != 0) throw_errno("epoll_ctl");
}

}  // namespace chatserver::bench
