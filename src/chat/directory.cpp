#include "chat/directory.hpp"

#include <algorithm>
#include <utility>

namespace chatserver::chat {

Directory::Directory(std::vector<Channel> channels, std::vector<User> users, const std::vector<Ban>& bans,
                     RateLimit limit)
    : channels_(std::make_shared<const std::vector<Channel>>(std::move(channels))),
      bans_(bans),
      rate_limit_(limit) {
  for (User& user : users) users_.insert(std::make_shared<const User>(std::move(user)));
}

void Directory::start_over(std::vector<Channel> channels, const std::vector<Ban>& bans, RateLimit limit) {
  auto shared = std::make_shared<const std::vector<Channel>>(std::move(channels));
  BansInForce in_force(bans);
  const MutexLock lock(mutex_);
  channels_ = std::move(shared);
  std::swap(bans_, in_force);
  rate_limit_ = limit;
}

Directory::Channels Directory::channels() const {
  const MutexLock lock(mutex_);
  return channels_;
}

void Directory::set_channels(std::vector<Channel> channels) {
  auto shared = std::make_shared<const std::vector<Channel>>(std::move(channels));
  const MutexLock lock(mutex_);
  channels_ = std::move(shared);
}

std::optional<Channel> Directory::channel_for(std::string_view name) const {
  const Channels channels = this->channels();
  const auto it = std::ranges::find(*channels, name, &Channel::name);
  if (it != channels->end()) return *it;
  if (name == "General" && !channels->empty()) return channels->front();
  return std::nullopt;
}

std::optional<Channel> Directory::channel(ChannelId id) const {
  const Channels channels = this->channels();
  const auto it = std::ranges::find(*channels, id, &Channel::id);
  return it == channels->end() ? std::nullopt : std::optional(*it);
}

std::optional<User> Directory::user(const UserId& id) const {
  const MutexLock lock(mutex_);
  const auto it = users_.find(id);
  return it == users_.end() ? std::nullopt : std::optional(**it);
}

bool Directory::see(UserPtr user) {
  const MutexLock lock(mutex_);
  const auto known = users_.find(user->id);
  const bool is_news = known == users_.end() || (*known)->username != user->username;
  // Also an equal one, which the user's sessions share.
  if (known != users_.end()) users_.erase(known);
  users_.insert(std::move(user));
  return is_news;
}

std::optional<Ban> Directory::ban(const UserId& user, Timestamp now) const {
  const MutexLock lock(mutex_);
  const Ban* longest = bans_.longest(user, now);
  return longest == nullptr ? std::nullopt : std::optional(*longest);
}

void Directory::add_ban(const Ban& ban) {
  const MutexLock lock(mutex_);
  bans_.add(ban);
}

void Directory::pardon(BanId id) {
  const MutexLock lock(mutex_);
  bans_.remove(id);
}

RateLimit Directory::rate_limit() const {
  const MutexLock lock(mutex_);
  return rate_limit_;
}

void Directory::set_rate_limit(const RateLimit& limit) {
  const MutexLock lock(mutex_);
  rate_limit_ = limit;
}

}  // namespace chatserver::chat
