#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "cache/valkey/target.hpp"

namespace chatserver::cache::valkey {

// A connection to the server as a stream of bytes: TCP or a Unix socket, TLS or not.
// Each call waits, but never beyond its deadline. Asio stays in its source file.
//
// Threading: one thread; interrupt(): any.
// Errors: every call throws Lost, after which the connection is gone.
class Socket {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  Socket();
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void connect(const Target& target, Deadline deadline);
  void write(std::string_view bytes, Deadline deadline);
  // At least one byte.
  [[nodiscard]] std::size_t read(std::span<char> into, Deadline deadline);

  // Makes the call that is under way, and every later one, throw.
  void interrupt();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chatserver::cache::valkey
