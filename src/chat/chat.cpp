#include "chat/chat.hpp"

#include <utility>

namespace chatserver::chat {

void Chat::arrived(const UserPtr& user) {
  if (parts_.directory.see(user)) parts_.cache.introduce(*user);
  parts_.recorder.seen({.user = *user, .at = clock_.utc()});
}

void Chat::joined(const UserId& user, hub::SessionKind kind, Timestamp start) {
  if (kind == hub::SessionKind::dashboard) return parts_.analytics.dashboard_came();
  parts_.recorder.began({.owner = user, .start = start});
}

void Chat::departed(const UserId& user, hub::SessionKind kind, Timestamp start) {
  if (kind == hub::SessionKind::dashboard) return parts_.analytics.dashboard_left();
  parts_.recorder.ended({.owner = user, .start = start, .end = clock_.utc()});
}

void Chat::present_here(const std::vector<hub::PresenceChange>& changes) {
  std::vector<cache::UserPresence> all;
  all.reserve(changes.size());
  for (const hub::PresenceChange& change : changes) {
    all.push_back({.user = *change.shown->user, .present = change.status == hub::Status::online});
  }
  parts_.presence.here(std::move(all));
}

void Chat::tick() {
  parts_.recorder.tick(clock_.monotonic(), clock_.utc());
  parts_.analytics.tick();
  parts_.changes.tick();
}

std::optional<Ban> Chat::ban_of(const UserId& user) const {
  return parts_.directory.ban(user, clock_.utc());
}

Draft Chat::send(const protocol::SendChat& frame, Origin from, const User& author) const {
  const std::optional<Channel> channel = parts_.directory.channel_for(frame.channel);
  if (!channel) {
    return std::unexpected(protocol::BadFrame{.code = protocol::ErrorCode::unknown_channel,
                                              .message = "no channel has that name",
                                              .nonce = frame.nonce});
  }
  return Submission{.origin = {.shard = from.shard, .session = from.session},
                    .author = author,
                    .to = channel->id,
                    .text = frame.message,
                    .nonce = frame.nonce};
}

Draft Chat::whisper(const protocol::SendPrivate& frame, Origin from, const User& author) const {
  std::optional<User> recipient = parts_.directory.user(frame.recipient);
  if (!recipient) {
    return std::unexpected(protocol::BadFrame{.code = protocol::ErrorCode::unknown_recipient,
                                              .message = "nobody with that id was ever here",
                                              .nonce = frame.nonce});
  }
  return Submission{.origin = {.shard = from.shard, .session = from.session},
                    .author = author,
                    .to = *std::move(recipient),
                    .text = frame.message,
                    .nonce = frame.nonce};
}

void Chat::read_history(HistoryRequest request, OnRead<History> done) {
  on_pool<History>(
      [this, request = std::move(request)] {
        return chat::read_history(request, parts_.cache, parts_.deletions);
      },
      std::move(done));
}

void Chat::read_channel(ChannelId channel, std::optional<CacheId> before, std::size_t limit,
                        OnRead<store::MessagePage> done) {
  on_pool<store::MessagePage>(
      [this, channel, before, limit] { return parts_.cache.history(channel, before, limit); },
      std::move(done));
}

void Chat::read_private(const UserId& user, const std::optional<UserId>& with, std::optional<CacheId> before,
                        std::size_t limit, OnRead<store::PrivateMessagePage> done) {
  on_pool<store::PrivateMessagePage>(
      [this, user, with, before, limit] { return parts_.cache.private_history(user, with, before, limit); },
      std::move(done));
}

}  // namespace chatserver::chat
