#include "cache/valkey/reads.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "cache/snapshot.hpp"
#include "cache/stored_private.hpp"
#include "cache/valkey/merging.hpp"

namespace chatserver::cache::valkey {
namespace {

constexpr CacheId newest_possible{std::numeric_limits<std::int64_t>::max()};

// The last id that comes before `before`.
CacheId last_before(std::optional<CacheId> before) {
  return before ? CacheId(before->value() - 1) : newest_possible;
}

bool is_of(const PrivateMessage& message, const UserId& user) {
  return message.author.id == user || message.recipient.id == user;
}
bool is_between(const PrivateMessage& message, const UserId& user, const UserId& with) {
  return (message.author.id == user && message.recipient.id == with) ||
         (message.author.id == with && message.recipient.id == user);
}

std::vector<PrivateMessage> remembered_of(Shared& shared, const UserId& user, CacheId after, CacheId up_to,
                                          CacheId& complete_after) {
  const MutexLock lock(shared.memory);
  complete_after = shared.timeline.private_complete_after(user);
  std::vector<PrivateMessage> found = shared.timeline.private_messages_between(after, up_to);
  std::erase_if(found, [&](const PrivateMessage& message) { return !is_of(message, user); });
  return found;
}

}  // namespace

// Memory first: what leaves it meanwhile is in the database by then.

std::vector<Message> unstored(Shared& shared, CacheId before, std::size_t limit) {
  const MutexLock lock(shared.memory);
  return shared.timeline.unflushed_messages(before, limit);
}

store::Messages messages_between(Shared& shared, CacheId after, CacheId up_to, std::size_t limit) {
  std::vector<Message> remembered;
  CacheId complete_after;
  {
    const MutexLock lock(shared.memory);
    complete_after = shared.timeline.complete_after();
    remembered = shared.timeline.messages_between(after, up_to);
  }
  if (after >= complete_after) return newest_of<store::Messages>(std::move(remembered), limit);
  return merged(shared.store.messages_between(after, up_to, limit), std::move(remembered), limit);
}

store::PrivateMessages private_messages_between(Shared& shared, const UserId& user, CacheId after,
                                                CacheId up_to, std::size_t limit) {
  CacheId complete_after;
  std::vector<PrivateMessage> remembered = remembered_of(shared, user, after, up_to, complete_after);
  if (after >= complete_after) return newest_of<store::PrivateMessages>(std::move(remembered), limit);
  return merged(shared.store.private_messages_between(user, after, up_to, limit), std::move(remembered),
                limit);
}

store::PrivateMessages newest_private_messages(Shared& shared, const UserId& user, CacheId up_to,
                                               std::size_t limit) {
  CacheId complete_after;
  std::vector<PrivateMessage> all = remembered_of(shared, user, CacheId{0}, up_to, complete_after);
  const bool enough = complete_after == CacheId{} || all.size() >= limit;
  bool missing = false;
  if (!enough) {
    auto stored = stored_private_messages(shared.store, user, up_to, limit);
    missing = !stored;
    if (stored) all = united(*std::move(stored), std::move(all));
  }
  return {.messages = newest_of<store::PrivateMessages>(std::move(all), limit).messages,
          .truncated = missing};
}

store::MessagePage history(Shared& shared, ChannelId channel, std::optional<CacheId> before,
                           std::size_t limit) {
  std::vector<Message> remembered;
  {
    const MutexLock lock(shared.memory);
    remembered = shared.timeline.messages_between(CacheId{0}, last_before(before));
  }
  std::erase_if(remembered, [&](const Message& message) { return message.channel_id != channel; });
  return merged_page(shared.store.history(channel, before, limit), std::move(remembered), limit);
}

store::PrivateMessagePage private_history(Shared& shared, const UserId& user,
                                          const std::optional<UserId>& with, std::optional<CacheId> before,
                                          std::size_t limit) {
  CacheId complete_after;
  std::vector<PrivateMessage> remembered =
      remembered_of(shared, user, CacheId{0}, last_before(before), complete_after);
  if (with)
    std::erase_if(remembered, [&](const PrivateMessage& one) { return !is_between(one, user, *with); });
  return merged_page(shared.store.private_history(user, with, before, limit), std::move(remembered), limit);
}

Snapshot snapshot_of(Shared& shared, const store::IdMarks& marks) {
  const std::size_t most = shared.options.messages;
  return make_snapshot(marks, messages_between(shared, CacheId{0}, marks.messages, most).messages, most);
}

}  // namespace chatserver::cache::valkey
