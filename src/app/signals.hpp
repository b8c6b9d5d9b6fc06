#pragma once

#include <functional>

namespace chatserver::app {

// To be called before any thread starts: from then on the signals that wait()
// knows come to it alone, and a write to a closed connection is an error value.
void block_signals();

// What the operator asked for by a signal.
enum class Request {
  stop,     // SIGTERM, SIGINT
  reload,   // SIGHUP
  finished  // wake_waiter()
};

// Waits for the next one. Threading: the main thread.
[[nodiscard]] Request wait_for_signal();

// Ends a wait_for_signal() of the main thread. Threading: any.
void wake_waiter();

// Tells systemd that the program is ready, or stopping, when it runs us.
void notify_systemd(const char* state);

}  // namespace chatserver::app
