#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "load/frames.hpp"

namespace chatserver::bench {

// What a swarm tells of its connections, numbered from 0 in the order of connect() or adopt().
class SwarmEvents {
 public:
  virtual ~SwarmEvents() = default;
  virtual void on_open(std::uint32_t connection) { static_cast<void>(connection); }

  // A text frame; Swarm::send may be called. `frame` lives as long as the call.
  virtual void on_text(std::uint32_t connection, const ServerFrame& frame) = 0;
};

// Many WebSocket clients on one thread: plain epoll, one read a ready socket,
// so that driving a server costs less than being it.
//
// Threading: one thread. Errors: throws when a connection is refused or closed: no
// benchmark goes on with fewer clients than it says. Limits: a frame of 1 MiB.
class Swarm {
 public:
  // `port` of 127.0.0.1.
  Swarm(std::uint16_t port, SwarmEvents& events);
  ~Swarm();  // resets the connections, so that no port waits
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  // Begins a connection with that access token; on_open tells of its end.
  void connect(std::string_view token);

  // Takes over a connected socket that carries frames from the first byte.
  void adopt(int socket);

  // Sends a text frame, after the frames that are being read now have been handled.
  void send(std::uint32_t connection, std::string_view payload);

  // Handles what is ready, waiting for it at most that long. Throws Interrupted.
  void poll(int timeout_ms);

  // poll() until that moment of now_ns().
  void poll_until(std::uint64_t end_ns);

  [[nodiscard]] std::size_t size() const noexcept { return connections_.size(); }
  [[nodiscard]] std::size_t open() const noexcept { return open_; }
  [[nodiscard]] std::uint64_t reads() const noexcept { return reads_; }
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }

  // When the bytes that are being handled were read, in now_ns().
  [[nodiscard]] std::uint64_t read_at_ns() const noexcept { return read_at_ns_; }

 private:
  enum class State : std::uint8_t { upgrading, open };
  struct Connection {
    int socket = -1;
    State state = State::upgrading;
    bool waits_for_room = false;  // EPOLLOUT is asked for
    std::string partial;          // the front of a frame (or HTTP head) whose rest is to come
    std::string unsent;
  };

  void add(int socket, State state, std::uint32_t epoll_events);
  void read(std::uint32_t index);
  [[nodiscard]] std::size_t consume(std::uint32_t index, std::span<const char> bytes);
  [[nodiscard]] std::size_t finish_upgrade(std::uint32_t index, std::string_view bytes);
  void handle(std::uint32_t index, const ServerFrame& frame);
  void flush(std::uint32_t index);

  const std::uint16_t port_;
  SwarmEvents& events_;
  const int epoll_;
  std::vector<Connection> connections_;
  std::vector<std::uint32_t> unflushed_;
  std::vector<char> scratch_;
  std::size_t open_ = 0;
  std::uint64_t reads_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t read_at_ns_ = 0;
};

}  // namespace chatserver::bench
