#include "cache/valkey/reader.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>
#include <variant>

#include "cache/snapshot.hpp"
#include "cache/valkey/merging.hpp"
#include "cache/valkey/storing.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

constexpr const char* format = "1";
constexpr const char* entries_a_look = "1000";
// How long a look waits for the next entry. So long may a loss go unnoticed where nobody writes.
constexpr std::chrono::milliseconds look_waits{1000};
// In which other nodes, if there are any, are back at a Valkey that was started anew, and have said what they
// know.
constexpr std::chrono::milliseconds others_may_know{4000};
constexpr std::chrono::milliseconds ask_again_every{100};

std::string what_is_kept(const Shared& shared) {
  return "what is kept under the prefix " + shared.options.prefix;
}

// What everything begins with; of a log that belongs to somebody else nothing is touched.
void check_ours(const LogState& state, const Shared& shared) {
  const bool nobodys = state.server.empty() && state.format.empty();
  if (nobodys || (state.server == shared.server_id && state.format == format)) return;
  const std::string where = what_is_kept(shared);
  if (state.format != format && !state.format.empty())
    throw Lost(Trouble::foreign, where + " is of another version of this program");
  throw Lost(Trouble::foreign,
             where + " belongs to another server: give this one a prefix of its own in cache.prefix");
}

// Whether it is the state of a log, whoever has begun it.
bool is_begun(const Reply& state) {
  const ErrorReply* const error = state.error();
  if (error != nullptr && error->kind() == "WRONGTYPE") return false;
  return !LogState::from(state).is_nobodys();
}

}  // namespace

Reader::Reader(Shared& shared, Outlet& outlet, std::function<void()> every_look)
    : shared_(shared),
      outlet_(outlet),
      every_look_(std::move(every_look)),
      connection_(shared.connection("read")),
      restorer_(shared, connection_, stop_),
      backoff_(static_cast<std::uint32_t>(std::hash<std::string>{}(shared.node))) {}

RateLimit Reader::rate_limit() const {
  const MutexLock lock(observed_);
  return rate_limit_;
}

store::IdMarks Reader::start() {
  const LogState state = whole_log();
  const std::string process = connection_.process();
  Beginning from = beginning(state);
  shared_.reservation.keep_ahead_of(state.marks);
  begin_at(state, std::move(from));
  // Before anything is written to it: whoever starts after us and finds another process there does not take
  // that for what we have left.
  shared_.keeping.followed_into(process);
  shared_.keeping.record();
  shared_.health.note_works(Role::read);
  return state.marks;
}

LogState Reader::whole_log() {
  LogState state = first_look();
  const auto until = std::chrono::steady_clock::now() + others_may_know;
  while (!state.generation.empty() && !shared_.keeping.is_whole(connection_.process(), state)) {
    if (std::chrono::steady_clock::now() >= until) {
      shared_.log.warning("valkey was started anew, and nobody knows whether its data are the latest");
      restorer_.restore(state.generation);
      return state_of_log();
    }
    stop_.wait_for(ask_again_every);
    state = state_of_log();
  }
  if (!state.generation.empty()) return state;
  restorer_.restore();
  return state_of_log();
}

// Where nobody has begun, what lies under our keys is another program's, and would be overwritten. It is
// asked for before the state: a server that begins now writes that first.
LogState Reader::first_look() {
  const std::array<Command, 2> questions{
      Command{"EXISTS", shared_.key("state"), shared_.key("log"), shared_.key("channels"),
              shared_.key("bans"), shared_.key("ban_users"), shared_.key("aside")},
      LogState::question(shared_.options.prefix)};
  const std::vector<Reply> replies = connection_.exchange(questions);
  if (checked(replies[0]).integer() > 0 && !is_begun(replies[1])) {
    throw Lost(
        Trouble::foreign,
        what_is_kept(shared_) + " is no chat server's: give this one a prefix of its own in cache.prefix");
  }
  LogState state = LogState::from(replies[1]);
  check_ours(state, shared_);
  return state;
}

LogState Reader::state_of_log() {
  LogState state = LogState::from(connection_.run(LogState::question(shared_.options.prefix)));
  check_ours(state, shared_);
  return state;
}

// Where there may be holes, the database has everything once it has been given what is there. It also knows
// what was deleted since: an older copy of the log does not.
Reader::Beginning Reader::beginning(const LogState& state) {
  Beginning found{.flushed = state.has_holes() ? state.last : state.flushed, .horizon = {}, .unflushed = {}};
  for (EntryId from = state.flushed; from < state.last;) {
    const Command command{"XRANGE", shared_.key("log"), "(" + from.text(), state.last.text(),
                          "COUNT",  entries_a_look};
    std::vector<Entry> more = entries_in(connection_.run(command));
    if (more.empty()) break;
    from = more.back().id;
    if (state.has_holes()) {
      store_entries(shared_.store, shared_.reservation, more, [](const Entry&, const std::string&) {});
    } else {
      std::ranges::move(more, std::back_inserter(found.unflushed));
    }
  }
  const CacheId stored =
      found.unflushed.empty() ? state.marks.private_messages : found.unflushed.front().private_before;
  found.horizon = PrivateHorizon(shared_.store.newest_private_messages(stored));
  return found;
}

void Reader::begin_at(const LogState& state, Beginning beginning) {
  {
    const MutexLock lock(shared_.memory);
    shared_.timeline.begin(beginning.flushed, state.last, state.marks, std::move(beginning.horizon),
                           std::move(beginning.unflushed));
  }
  observe(state.limit);
  shared_.health.note_backlog(state.backlog);
  shared_.standing.saw(state.last);
  shared_.standing.attach(state.generation, state.nonces_since);
}

void Reader::run() {
  while (!stop_.given()) {
    try {
      if (shared_.standing.generation().empty()) attach();
      follow();
      if (shared_.standing.generation().empty()) continue;
      shared_.health.note_works(Role::read);
      backoff_.reset();
      every_look_();
    } catch (const Lost& lost) {
      wait_to_try_again(lost.trouble(), lost.what());
    } catch (const Garbled& garbled) {
      connection_.disconnect();
      wait_to_try_again(Trouble::foreign, garbled.what());
    } catch (const store::Unavailable& unavailable) {
      wait_to_try_again(Trouble::restoring, unavailable.what());
    }
  }
}

void Reader::wait_to_try_again(Trouble trouble, std::string_view why) {
  if (stop_.given()) return;
  shared_.health.note(Role::read, trouble, why);
  stop_.wait_for(backoff_.next());
}

void Reader::attach() {
  restorer_.restore();
  const LogState state = state_of_log();
  if (state.generation.empty()) throw Lost(Trouble::restoring, "the log is not usable yet");
  shared_.reservation.keep_ahead_of(state.marks);
  {
    const MutexLock lock(shared_.memory);
    shared_.timeline.raise_marks(state.marks);
  }
  observe(state.limit);
  shared_.standing.attach(state.generation, state.nonces_since);
}

void Reader::follow() {
  Look seen = look();
  const EntryId last = shared_.standing.seen();
  check_ours(seen.state, shared_);
  if (seen.state.generation != shared_.standing.generation() || seen.state.last < last) {
    shared_.standing.detach();
    return;
  }
  shared_.health.note_backlog(seen.state.backlog);
  if (!seen.entries.empty() && is_gap(last, seen.entries.front().previous, seen.state.trimmed)) {
    return start_over(seen.state);
  }
  shared_.keeping.followed_into(connection_.process());
  if (!seen.entries.empty()) deliver(std::move(seen.entries));
  shared_.standing.saw(seen.reached);
  const MutexLock lock(shared_.memory);
  shared_.timeline.forget_until(std::min(seen.state.flushed, shared_.timeline.last()));
}

// The state is asked for behind the entries: what was trimmed before they were read shows in it.
Reader::Look Reader::look() {
  const std::array<Command, 2> commands{
      Command{"XREAD", "COUNT", entries_a_look, "BLOCK", std::to_string(look_waits.count()), "STREAMS",
              shared_.key("log"), shared_.standing.seen().text()},
      LogState::question(shared_.options.prefix)};
  const std::vector<Reply> replies = connection_.exchange(commands, look_waits);
  Look seen{.entries = {}, .reached = shared_.standing.seen(), .state = LogState::from(replies[1])};
  if (checked(replies[0]).is_nil()) return seen;
  const Reply& entries = replies[0].at(0).at(1);
  seen.entries = entries_in(entries);
  seen.reached = EntryId::parse(entries.array().back().at(0).text()).value_or(seen.reached);
  return seen;
}

void Reader::deliver(std::vector<Entry> entries) {
  std::vector<Delivery> deliveries;
  {
    const MutexLock lock(shared_.memory);
    deliveries = shared_.timeline.take(std::move(entries));
  }
  // Valkey takes messages, whoever sent them.
  shared_.health.note_works(Role::append);
  shared_.health.note_works(Role::change);
  for (Delivery& delivery : deliveries) {
    for (const Change& change : delivery.changes) {
      if (const auto* limited = std::get_if<RateLimitChanged>(&change)) observe(limited->limit);
    }
    outlet_.deliver(std::move(delivery));
  }
}

void Reader::observe(const RateLimit& limit) {
  const MutexLock lock(observed_);
  rate_limit_ = limit;
}

// What was missed is in the database, in full; but not in the order in which messages and changes came. As
// long as it does not answer we stay where we are, and find the same gap again.
void Reader::start_over(const LogState& state) {
  FreshStart fresh{.snapshot = {}, .channels = shared_.store.channels(), .bans = {}, .limit = state.limit};
  Beginning from = beginning(state);
  fresh.snapshot = snapshot_at(state.marks, from);
  fresh.bans = shared_.store.bans_in_force(shared_.about_now());
  shared_.reservation.keep_ahead_of(state.marks);
  shared_.log.warning("fell behind the log, sessions start over", {{"trimmed", state.trimmed.text()}});
  begin_at(state, std::move(from));
  outlet_.start_over(std::move(fresh));
}

// As snapshot_of() will be, once this is where we begin.
Snapshot Reader::snapshot_at(const store::IdMarks& marks, const Beginning& beginning) {
  const std::size_t most = shared_.options.messages;
  Timeline then(most);
  then.begin(beginning.flushed, {}, marks, beginning.horizon, beginning.unflushed);
  store::Messages stored = shared_.store.messages_between(CacheId{0}, marks.messages, most);
  auto all = merged(std::move(stored), then.messages_between(CacheId{0}, marks.messages), most);
  return make_snapshot(marks, std::move(all.messages), most);
}

std::vector<Entry> Reader::entries_in(const Reply& reply) {
  std::vector<Entry> entries;
  for (const Reply& one : checked(reply).array()) {
    auto entry = decode(one);
    if (entry) {
      entries.push_back(*std::move(entry));
    } else {
      // Nothing that we wrote. Its place is not missed: the next one names it as its predecessor.
      shared_.log.error("an entry of the log was left out", {{"why", entry.error()}});
    }
  }
  return entries;
}

void Reader::leave() {
  if (shared_.health.trouble(Role::read) != Trouble::none || !shared_.store.reachable().value_or(true))
    return;
  std::string why;
  try {
    Connection connection(shared_.connection("leave"));
    const LogState state = LogState::from(connection.run(LogState::question(shared_.options.prefix)));
    const bool is_ours = !state.generation.empty() && state.generation == shared_.standing.generation();
    if (is_ours && state.last >= shared_.standing.seen())
      shared_.keeping.leave(connection.process(), state.last);
    return;
  } catch (const Lost& lost) {
    why = lost.what();
  } catch (const Garbled& garbled) {
    why = garbled.what();
  } catch (const store::Unavailable& unavailable) {
    why = unavailable.what();
  }
  shared_.log.warning("where the log was left is not known to the database", {{"why", why}});
}

void Reader::stop() {
  stop_.give();
  connection_.interrupt();
}

}  // namespace chatserver::cache::valkey
