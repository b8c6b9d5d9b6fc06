#pragma once

namespace chatserver::app {

// What the program's end says to whoever started it.
enum class ExitCode {
  ok = 0,          // ended as asked
  failed = 1,      // it failed while running, or was stopped before it had drained
  usage = 2,       // the command line or the settings are wrong
  unavailable = 3  // it could not start: something outside is missing
};

}  // namespace chatserver::app
