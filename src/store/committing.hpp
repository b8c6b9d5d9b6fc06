#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <iterator>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "model/ban.hpp"
#include "model/ids.hpp"
#include "store/change_text.hpp"
#include "store/changes.hpp"

// How every backend commits a change, within the transaction of its caller: what the
// change means for the tables, then its row in the outbox. The statements are functions
// over the backend's Connection, found beside it by argument-dependent lookup.
namespace chatserver::store {

enum class Effect : std::uint8_t { none, some };
using Performed = std::expected<Effect, ChangeRefusal>;

template <class Connection>
bool all_banned(Connection& connection, const std::vector<UserId>& users, Timestamp now) {
  const std::vector<Ban> bans = bans_in_force(connection, now);
  return std::ranges::all_of(
      users, [&](const UserId& user) { return std::ranges::find(bans, user, &Ban::banished) != bans.end(); });
}

template <class Connection>
Performed perform(Connection& connection, UserBanned& change, Timestamp now) {
  if (change.one_left_of && all_banned(connection, *change.one_left_of, now))
    return std::unexpected(ChangeRefusal::last_admin);
  change.one_left_of.reset();
  change.ban = add_ban(connection, change.ban);
  return Effect::some;
}

template <class Connection>
Performed perform(Connection& connection, BanPardoned& change, Timestamp now) {
  if (!pardon(connection, change.id, {.by = change.by, .at = now}))
    return std::unexpected(ChangeRefusal::not_found);
  return Effect::some;
}

template <class Connection>
Performed perform(Connection& connection, MessagesDeleted& change, Timestamp now) {
  change.tombstones = delete_messages(connection, change.ids, change.tombstones, now);
  if (change.tombstones.empty()) return std::unexpected(ChangeRefusal::not_found);
  return Effect::some;
}

template <class Connection>
Performed perform(Connection& connection, RateLimitChanged& change, Timestamp /*now*/) {
  set_rate_limit(connection, change.limit);
  return Effect::some;
}

// Makes `after` of the rows that were `before`, and gives a new channel its id.
template <class Connection>
void write_rows(Connection& connection, const std::vector<Channel>& before, std::vector<Channel>& after) {
  for (Channel& channel : after) {
    if (channel.id == ChannelId{}) {
      channel.id = add_channel(connection, channel);
    } else if (std::ranges::find(before, channel) == before.end()) {
      update_channel(connection, channel);
    }
  }
}

// As many as a purge names, ascending, each once.
inline std::vector<CacheId> last_of(std::vector<CacheId> ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  if (ids.size() > PurgedChannel::newest_max) {
    ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(PurgedChannel::newest_max));
  }
  return ids;
}

template <class Connection>
Performed perform(Connection& connection, ChannelsChanged& change, Timestamp now) {
  const std::vector<Channel> before = channels(connection);
  auto after = edited(before, change.edit);
  if (!after) return std::unexpected(after.error());
  change.channels = *std::move(after);
  if (change.channels == before) return Effect::none;

  if (const auto* deletion = std::get_if<DeleteChannel>(&change.edit)) {
    const Channel& gone = *std::ranges::find(before, deletion->id, &Channel::id);
    if (deletion->purge == Purge::yes) {
      std::vector<CacheId> newest = change.purged ? std::move(change.purged->newest) : std::vector<CacheId>{};
      std::ranges::copy(newest_of(connection, gone.id, PurgedChannel::newest_max),
                        std::back_inserter(newest));
      change.purged = PurgedChannel{.id = gone.id, .name = gone.name, .newest = last_of(std::move(newest))};
    }
    remove_channel(connection, gone, deletion->purge, now);
  }
  write_rows(connection, before, change.channels);
  return Effect::some;
}

template <class Connection>
std::expected<CommittedChange, ChangeRefusal> commit(Connection& connection, Change change, Timestamp now) {
  begin_changing(connection);
  const Performed performed = std::visit([&](auto& one) { return perform(connection, one, now); }, change);
  if (!performed) return std::unexpected(performed.error());
  if (*performed == Effect::none) return CommittedChange{.id = {}, .change = std::move(change)};
  const ChangeId id = add_to_outbox(connection, to_text(change), now);
  return CommittedChange{.id = id, .change = std::move(change)};
}

}  // namespace chatserver::store
