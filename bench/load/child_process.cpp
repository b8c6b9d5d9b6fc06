#include "load/child_process.hpp"

#include <csignal>
#include <cstdio>
#include <exception>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load/machine.hpp"

namespace chatserver::bench {

ChildProcess::ChildProcess(int core, const std::function<void()>& body) {
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw_errno("fork");
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGINT, SIG_IGN);  // a terminal's Ctrl-C reaches the group: the parent decides
  ::signal(SIGTERM, SIG_DFL);
  try {
    pin_to_core(core);
    body();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "child process: %s\n", error.what());
  }
  ::_exit(127);
}

ChildProcess::~ChildProcess() {
  if (!alive()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, &status_, 0);
}

bool ChildProcess::alive() {
  if (!ended_) ended_ = ::waitpid(pid_, &status_, WNOHANG) != 0;
  return !ended_;
}

bool ChildProcess::stop() {
  if (alive()) ::kill(pid_, SIGTERM);
  for (int waited_ms = 0; alive() && waited_ms < 15'000; waited_ms += 20) ::usleep(20'000);
  if (alive()) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status_, 0);
    ended_ = true;
  }
  return WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
}

}  // namespace chatserver::bench
