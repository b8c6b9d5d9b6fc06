#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "cache/message_cache.hpp"
#include "chat/change_queue.hpp"
#include "model/ban.hpp"
#include "model/channel.hpp"
#include "model/rate_limit.hpp"
#include "store/accounts.hpp"
#include "store/channels.hpp"

namespace chatserver::chat {

// Who is to be kept out, by whom and for how long.
struct BanOrder {
  UserId owner;  // who bans
  UserId banished;
  std::string reason;
  std::optional<std::chrono::hours> duration;  // none: for good
};

// What administrators do. Each verb is durable, and on its way to every session in the
// order that messages have too, before it answers through its callback, as
// ChangeQueue::make() says. cache::ChangeError::unavailable: the store cannot take it now, nothing changed.
//
// Threading: any.
class Administration {
 public:
  template <class Result>
  using Done = std::move_only_function<void(std::expected<Result, cache::ChangeError>)>;

  // All outlive it. `accounts`: those of the embedded issuer; none of them with another.
  struct Parts {
    cache::MessageCache& cache;
    store::Accounts& accounts;
    ChangeQueue& changes;
  };

  Administration(Parts parts, const Clock& clock, Log& log) : parts_(parts), clock_(clock), log_(log) {}

  // Closes the user's sessions and keeps them out. Who is banned already is banned once more.
  // last_admin: of the accounts nobody would be left who can administer.
  void ban(BanOrder order, Done<Ban> done);
  // not_found: no ban has that id. Who pardons first, and when, is kept.
  void pardon(BanId id, UserId by, Done<BanId> done);
  // In force from the next message on.
  void set_rate_limit(UserId by, RateLimit limit, Done<RateLimit> done);

  // --- channels: administration_channels.cpp. `by`: who did it, for the log. What is so
  // already is a success. not_found: no channel has that id.
  void create_channel(store::CreateChannel order, const UserId& by, Done<Channel> done);
  void edit_channel(store::EditChannel order, const UserId& by, Done<ChannelId> done);
  void move_channel(const store::MoveChannel& order, const UserId& by, Done<ChannelId> done);
  void delete_channel(const store::DeleteChannel& order, const UserId& by, Done<ChannelId> done);

  // --- messages: administration_messages.cpp
  // How many there were; not_found: none.
  void delete_messages(std::vector<CacheId> ids, const UserId& by, Done<std::size_t> done);

 private:
  [[nodiscard]] std::expected<Ban, cache::ChangeError> commit_ban(Ban ban);
  void edit_known(store::ChannelEdit edit, std::string_view event, const UserId& by, Done<ChannelId> done);

  const Parts parts_;
  const Clock& clock_;
  Log& log_;
};

}  // namespace chatserver::chat
