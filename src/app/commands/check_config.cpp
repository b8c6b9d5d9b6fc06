#include <ostream>

#include "app/commands/commands.hpp"

namespace chatserver::app {

// Settings that cannot be used never get here: load() refuses them.
Outcome check_config(const config::Invocation& invocation, Console& console) {
  console.out << "# These settings are usable.\n"
              << config::describe(invocation.settings, invocation.sources);
  return {};
}

}  // namespace chatserver::app
