#include "cache/valkey/given_out.hpp"

#include "cache/valkey/log_state.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {

store::IdMarks GivenOut::ask() {
  const MutexLock lock(mutex_);
  if (shared_.health.trouble(Role::read) != Trouble::none) throw store::Unavailable("the log is away");
  try {
    const LogState state = LogState::from(connection_.run(LogState::question(shared_.options.prefix)));
    if (state.generation.empty()) throw store::Unavailable("the log is not usable yet");
    return state.marks;
  } catch (const Lost& lost) {
    throw store::Unavailable(lost.what());
  } catch (const Garbled& garbled) {
    connection_.disconnect();
    throw store::Unavailable(garbled.what());
  }
}

}  // namespace chatserver::cache::valkey
