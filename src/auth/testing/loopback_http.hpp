#pragma once

#include <string>
#include <thread>

namespace chatserver::auth::testing {

// Answers one connection to a free loopback port with fixed bytes, whatever is
// asked; an empty answer keeps the connection open and silent until the end.
class LoopbackHttp {
 public:
  explicit LoopbackHttp(std::string answer);
  ~LoopbackHttp();
  LoopbackHttp(const LoopbackHttp&) = delete;
  LoopbackHttp& operator=(const LoopbackHttp&) = delete;

  [[nodiscard]] std::string url(const std::string& path) const;

 private:
  void serve() const;

  std::string answer_;
  int listener_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace chatserver::auth::testing
