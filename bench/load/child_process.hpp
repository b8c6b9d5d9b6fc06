#pragma once

#include <functional>

#include <sys/types.h>

namespace chatserver::bench {

// A forked process that dies with this one, whatever way that ends.
class ChildProcess {
 public:
  // Runs `body` in the child, bound to `core`; the child ends when it returns.
  ChildProcess(int core, const std::function<void()>& body);
  ~ChildProcess();  // kills it
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  // Whether it still runs.
  [[nodiscard]] bool alive();

  // SIGTERM, up to 15 s for a decent end, then SIGKILL. Returns whether it exited with 0.
  bool stop();

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
};

}  // namespace chatserver::bench
