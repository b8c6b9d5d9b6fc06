#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "model/ban.hpp"
#include "model/bans_in_force.hpp"
#include "model/channel.hpp"
#include "model/rate_limit.hpp"
#include "model/user.hpp"

namespace chatserver::chat {

// Channels, users, bans and the rate limit in force, replicated in memory, so
// that connects and sends are decided without the database.
//
// Threading: any. Limits: one entry a user ever seen.
class Directory {
 public:
  using Channels = std::shared_ptr<const std::vector<Channel>>;

  Directory(std::vector<Channel> channels, std::vector<User> users, const std::vector<Ban>& bans,
            RateLimit limit);

  // Instead of what was known; users stay.
  void start_over(std::vector<Channel> channels, const std::vector<Ban>& bans, RateLimit limit)
      CHAT_EXCLUDES(mutex_);

  [[nodiscard]] Channels channels() const CHAT_EXCLUDES(mutex_);

  void set_channels(std::vector<Channel> channels) CHAT_EXCLUDES(mutex_);

  // The channel that a message to `name` goes to. While no channel is called
  // `General`, that name means the first one: the desktop client knows no other.
  [[nodiscard]] std::optional<Channel> channel_for(std::string_view name) const CHAT_EXCLUDES(mutex_);
  [[nodiscard]] std::optional<Channel> channel(ChannelId id) const CHAT_EXCLUDES(mutex_);

  // Under the latest name; none when never seen.
  [[nodiscard]] std::optional<User> user(const UserId& id) const CHAT_EXCLUDES(mutex_);
  // True when that is news: a new user or a new name.
  bool see(UserPtr user) CHAT_EXCLUDES(mutex_);

  // The ban in force that ends last.
  [[nodiscard]] std::optional<Ban> ban(const UserId& user, Timestamp now) const CHAT_EXCLUDES(mutex_);
  void add_ban(const Ban& ban) CHAT_EXCLUDES(mutex_);
  void pardon(BanId id) CHAT_EXCLUDES(mutex_);

  [[nodiscard]] RateLimit rate_limit() const CHAT_EXCLUDES(mutex_);
  void set_rate_limit(const RateLimit& limit) CHAT_EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  Channels channels_ CHAT_GUARDED_BY(mutex_);
  std::unordered_set<UserPtr, UserById, UserById> users_ CHAT_GUARDED_BY(mutex_);
  mutable BansInForce bans_ CHAT_GUARDED_BY(mutex_);
  RateLimit rate_limit_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::chat
