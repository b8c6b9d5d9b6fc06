#include "cache/valkey/flusher.hpp"

#include <algorithm>
#include <utility>

#include "cache/valkey/storing.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

using std::chrono::steady_clock;

constexpr const char* group = "store";
constexpr const char* batch_entries = "5000";
constexpr std::chrono::milliseconds look_waits{1000};
// A node that has not acknowledged for so long is taken to be gone: longer than a database may take for a
// batch.
constexpr std::chrono::milliseconds share_idle{15'000};
constexpr std::chrono::seconds take_over_every{5};
// A node asks at least once a second, but for the time that it has a share in its hands. Longer than any
// pause.
constexpr std::chrono::milliseconds consumer_idle{std::chrono::minutes(10)};
constexpr std::chrono::hours forget_nonces_every{1};
// Small enough that messages which come meanwhile hardly wait.
constexpr std::size_t purged_at_once = 500;
// So many windows of what is in the database stay in the log, for nodes that are behind.
constexpr std::size_t windows_kept = 20;

}  // namespace

Flusher::Flusher(Shared& shared, std::function<void()> every_round)
    : shared_(shared),
      every_round_(std::move(every_round)),
      connection_(shared.connection("flush")),
      backoff_(static_cast<std::uint32_t>(std::hash<std::string>{}(shared.node)) + 1) {}

void Flusher::run() {
  while (!stop_.given()) {
    try {
      round();
      shared_.health.note_works(Role::flush);
      backoff_.reset();
      continue;
    } catch (const Lost& lost) {
      if (!stop_.given()) shared_.health.note(Role::flush, lost.trouble(), lost.what());
    } catch (const Garbled& garbled) {
      connection_.disconnect();
      shared_.health.note(Role::flush, Trouble::foreign, garbled.what());
    } catch (const store::Unavailable& unavailable) {
      shared_.health.note_store(false, unavailable.what());
    }
    group_is_there_ = false;  // as far as is known
    stop_.wait_for(backoff_.next());
  }
}

void Flusher::round() {
  if (shared_.standing.generation().empty()) {
    stop_.wait_for(Backoff::first);
    return;
  }
  if (!group_is_there_) keep_group();
  every_round_();
  shared_.health.note_store(true);  // it has answered; whether it takes messages, the next one tells
  if (steady_clock::now() >= take_over_at_) {
    flush(take_over());
    forget_consumers();
    take_over_at_ = steady_clock::now() + take_over_every;
    purging_ = true;
  }
  flush(take_next());
  store::IdMarks reached;
  {
    const MutexLock lock(shared_.memory);
    reached = shared_.timeline.marks();
  }
  shared_.reservation.keep_ahead_of(reached);
  tidy();
}

void Flusher::keep_group() {
  checked(connection_.call("keep_group", shared_.options.prefix, {}));
  group_is_there_ = true;
}

// Each start of a node makes a new one.
void Flusher::forget_consumers() {
  const std::vector<std::string> arguments{std::to_string(consumer_idle.count())};
  checked(connection_.call("forget_consumers", shared_.options.prefix, arguments));
}

Flusher::Taken Flusher::take_next() {
  const Command command{"XREADGROUP", "GROUP",
                        group,        shared_.node,
                        "COUNT",      batch_entries,
                        "BLOCK",      std::to_string(look_waits.count()),
                        "STREAMS",    shared_.key("log"),
                        ">"};
  const Reply reply = connection_.run(command, look_waits);
  return reply.is_nil() ? Taken{} : taken(reply.at(0).at(1));
}

Flusher::Taken Flusher::take_over() {
  const Command command{
      "XAUTOCLAIM", shared_.key("log"), group, shared_.node, std::to_string(share_idle.count()), "0-0",
      "COUNT",      batch_entries};
  return taken(connection_.run(command).at(1));
}

Flusher::Taken Flusher::taken(const Reply& entries) {
  Taken all;
  for (const Reply& one : entries.array()) {
    if (one.is_nil() || one.at(1).is_nil()) continue;  // deleted meanwhile
    all.ids.push_back(one.at(0).text());
    auto entry = decode(one);
    if (entry) {
      all.entries.push_back(*std::move(entry));
    } else {
      set_aside(all.ids.back(), entry.error());
    }
  }
  return all;
}

// Until it is done: what was taken is in nobody else's hands, and there is no sense in taking more.
void Flusher::flush(const Taken& taken) {
  if (taken.ids.empty()) return;
  Backoff backoff(static_cast<std::uint32_t>(taken.ids.size()));
  for (;;) {
    try {
      store_entries(shared_.store, shared_.reservation, taken.entries,
                    [this](const Entry& entry, const std::string& why) { set_aside(entry.id.text(), why); });
      break;
    } catch (const store::Unavailable& unavailable) {
      shared_.health.note_store(false, unavailable.what());
      if (stop_.wait_for(backoff.next())) return;
    }
  }
  shared_.health.note_store(true);
  settle(taken);
}

void Flusher::set_aside(const std::string& entry, const std::string& why) {
  const std::vector<std::string> arguments{entry, why};
  checked(connection_.call("set_aside", shared_.options.prefix, arguments));
  shared_.health.count_set_aside();
  shared_.log.error("a message was set aside", {{"entry", entry}, {"why", why}});
}

void Flusher::settle(const Taken& taken) {
  const auto messages = std::ranges::count_if(taken.entries, &Entry::is_message);
  std::vector<std::string> arguments{std::to_string(messages),
                                     std::to_string(windows_kept * shared_.options.messages)};
  arguments.insert(arguments.end(), taken.ids.begin(), taken.ids.end());
  const Reply waiting = connection_.call("settle", shared_.options.prefix, arguments);
  shared_.health.note_backlog(checked(waiting).integer());
}

void Flusher::tidy() {
  if (purging_) purging_ = shared_.store.remove_purged(purged_at_once, shared_.about_now()) > 0;
  if (steady_clock::now() < forget_nonces_at_) return;
  forget_nonces_at_ = steady_clock::now() + forget_nonces_every;
  shared_.store.forget_nonces(shared_.about_now() - nonce_lifetime);
}

void Flusher::stop() {
  stop_.give();
  connection_.interrupt();
}

}  // namespace chatserver::cache::valkey
