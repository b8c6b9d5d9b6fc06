#include "cache/valkey/changes.hpp"

#include <string>
#include <utility>
#include <variant>

#include "cache/valkey/change_call.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

constexpr std::size_t changes_read_at_once = 100;

}  // namespace

std::expected<Change, ChangeError> Changes::make(Change asked) {
  EntryId entry;
  std::expected<Change, ChangeError> changed = std::unexpected(ChangeError::unavailable);
  {
    const MutexLock lock(mutex_);
    try {
      // What cannot come into force is better refused than committed.
      connection_.connect_unless_connected();
      if (shared_.standing.generation().empty()) return changed;
      auto committed = commit(std::move(asked));
      if (!committed) return std::unexpected(committed.error());
      changed = std::move(committed->change);
      if (committed->id == store::ChangeId{}) return changed;
      entry = publish_all();
    } catch (const Lost& lost) {
      shared_.health.note(Role::change, lost.trouble(), lost.what());
      if (changed) shared_.log.warning("a change waits for Valkey", {{"why", lost.what()}});
      return changed;
    } catch (const store::Unavailable& unavailable) {
      shared_.health.note(Role::change, Trouble::refusing, unavailable.what());
      return changed;
    }
  }
  if (!shared_.standing.wait_until_seen(entry, shared_.options.timeout))
    shared_.log.warning("a change was not delivered in time");
  return changed;
}

std::expected<store::CommittedChange, ChangeError> Changes::commit(Change asked) {
  if (auto* deletion = std::get_if<MessagesDeleted>(&asked))
    deletion->tombstones = on_their_way(deletion->ids);
  if (auto* channels = std::get_if<ChannelsChanged>(&asked)) name_on_their_way(*channels);
  try {
    auto committed = shared_.store.commit(std::move(asked), shared_.about_now());
    if (!committed) return std::unexpected(change_error(committed.error()));
    return *std::move(committed);
  } catch (const store::Unavailable&) {
    publish_all();  // its answer may have been lost: then it is in the outbox
    throw;
  }
}

void Changes::publish() {
  const MutexLock lock(mutex_);
  publish_all();
}

// In the order of their commits. Behind the entry that is returned all of them are in force.
EntryId Changes::publish_all() {
  EntryId last;
  for (;;) {
    const auto waiting = shared_.store.unapplied_changes(changes_read_at_once);
    for (const store::CommittedChange& committed : waiting) {
      const ChangeHead head{.generation = shared_.standing.generation(), .seen = shared_.standing.seen()};
      const Reply reply =
          connection_.call("change", shared_.options.prefix, change_arguments(head, committed));
      last = EntryId::parse(checked(reply).text()).value_or(last);
    }
    if (!waiting.empty()) shared_.store.changes_applied(waiting.back().id);
    if (waiting.size() < changes_read_at_once) return last;
  }
}

// A purge names the newest messages that go with it; the database does not know all of them yet.
void Changes::name_on_their_way(ChannelsChanged& asked) {
  const auto* deletion = std::get_if<store::DeleteChannel>(&asked.edit);
  if (deletion == nullptr || deletion->purge == store::Purge::no) return;
  asked.purged = store::PurgedChannel{.id = deletion->id, .name = "", .newest = {}};
  const MutexLock lock(shared_.memory);
  for (const Entry& entry : shared_.timeline.unflushed()) {
    const auto* message = std::get_if<Message>(&entry.what);
    if (message != nullptr && message->channel_id == deletion->id)
      asked.purged->newest.push_back(message->cache_id);
  }
}

// Messages of the log, whether they are in the database already or not.
std::vector<store::Tombstone> Changes::on_their_way(const std::vector<CacheId>& ids) {
  if (ids.empty()) return {};
  std::vector<Command> commands;
  for (const CacheId id : ids) {
    const std::string place = EntryId{.first = static_cast<std::uint64_t>(id.value()), .second = 0}.text();
    commands.push_back({"XRANGE", shared_.key("log"), place, place});
  }
  std::vector<store::Tombstone> found;
  for (const Reply& reply : connection_.exchange(commands)) {
    for (const Reply& one : checked(reply).array()) {
      const auto entry = decode(one);
      if (!entry) continue;
      const auto* message = std::get_if<Message>(&entry->what);
      if (message != nullptr)
        found.push_back({.cache_id = message->cache_id, .channel_id = message->channel_id});
    }
  }
  return found;
}

}  // namespace chatserver::cache::valkey
