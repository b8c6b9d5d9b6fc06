#include "chat/fanout.hpp"

#include <optional>
#include <utility>

#include "base/check.hpp"
#include "chat/change_effects.hpp"
#include "chat/wording.hpp"
#include "protocol/server_frame.hpp"

namespace chatserver::chat {
namespace {

std::shared_ptr<const hub::Broadcast> encode(const cache::Delivery& delivery) {
  if (delivery.messages.empty() && delivery.private_messages.empty()) return nullptr;
  auto broadcast = std::make_shared<hub::Broadcast>();
  broadcast->messages.reserve(delivery.messages.size());
  for (const Message& message : delivery.messages) broadcast->messages.push_back(public_message(message));
  for (const PrivateMessage& message : delivery.private_messages) {
    broadcast->private_frames.push_back({.id = message.cache_id,
                                         .author = message.author.id,
                                         .recipient = message.recipient.id,
                                         .frame = text_frame(protocol::private_chat_message(message))});
  }
  return broadcast;
}

std::string encode(const cache::Refusal& refusal) {
  using cache::RefusalReason;
  using protocol::ErrorCode;
  const auto error = [&](ErrorCode code, std::string_view text) {
    const bool retry = refusal.retry_after.count() > 0;
    return protocol::error(code, text, refusal.nonce,
                           retry ? std::optional(refusal.retry_after) : std::nullopt);
  };
  switch (refusal.reason) {
    case RefusalReason::rate_limited:
      return error(ErrorCode::rate_limited, "too many messages");
    case RefusalReason::unavailable:
      return error(ErrorCode::unavailable, "messages cannot be stored just now");
    case RefusalReason::nonce_conflict:
      return error(ErrorCode::bad_request, "nonce was used for another message");
    case RefusalReason::unknown_channel:
      return error(ErrorCode::unknown_channel, "no such channel");
    case RefusalReason::banned:
      return error(ErrorCode::bad_request, "you are banned");
  }
  check(false, "every refusal has a reason");
  return {};
}

hub::Original original_of(const cache::Repeat& repeat) {
  if (const auto* message = std::get_if<Message>(&repeat.original))
    return {.id = message->cache_id, .channel = message->channel_id};
  return {.id = std::get<PrivateMessage>(repeat.original).cache_id, .channel = std::nullopt};
}

std::string encode(const cache::Repeat& repeat) {
  if (const auto* message = std::get_if<Message>(&repeat.original)) return protocol::chat_message(*message);
  return protocol::private_chat_message(std::get<PrivateMessage>(repeat.original));
}

}  // namespace

hub::Shard::Start shard_start(const cache::Snapshot& snapshot) {
  hub::Shard::Start start{.last_public = snapshot.last.messages,
                          .last_private = snapshot.last.private_messages,
                          .complete_after = snapshot.complete_after,
                          .recent = {}};
  for (const Message& message : snapshot.recent) start.recent.push_back(public_message(message));
  return start;
}

void Fanout::start_over(cache::FreshStart start) {
  check(!shards_.empty(), "what is delivered has somebody to go to");
  const hub::FramePtr channels = text_frame(protocol::active_channels(start.channels));
  directory_.start_over(std::move(start.channels), start.bans, start.limit);
  deletions_.start_over();
  recent_.start_over(start.snapshot.recent);
  const auto shared = std::make_shared<const hub::Shard::Start>(shard_start(start.snapshot));
  const MutexLock lock(posting_);
  for (ShardInbox* shard : shards_) {
    ShardDelivery delivery;
    delivery.changes = {StartOver{shared}, ShowChannels{channels}};
    shard->post(std::move(delivery));
  }
}

void Fanout::deliver(cache::Delivery delivery) {
  check(!shards_.empty(), "what is delivered has somebody to go to");
  // First: whoever writes to them now is to find them.
  for (User& user : delivery.newcomers) directory_.see(std::make_shared<const User>(std::move(user)));
  std::vector<ShardDelivery> out(shards_.size());
  const std::shared_ptr<const hub::Broadcast> broadcast = encode(delivery);
  for (ShardDelivery& shard : out) shard.broadcast = broadcast;
  recent_.add(std::move(delivery.messages));

  const auto answer = [&](const cache::Origin& to, std::string json, std::optional<hub::Original> original) {
    check(to.shard < out.size(), "an origin names one of our shards");
    out[to.shard].direct.push_back({hub::SessionId(to.session), text_frame(json), original});
  };
  for (const auto& repeat : delivery.repeats) answer(repeat.origin, encode(repeat), original_of(repeat));
  for (const auto& refusal : delivery.refusals) answer(refusal.origin, encode(refusal), std::nullopt);

  for (const cache::Change& change : delivery.changes) {
    const std::vector<ShardChange> effects = take_effect(change, directory_, recent_, deletions_);
    for (ShardDelivery& shard : out)
      shard.changes.insert(shard.changes.end(), effects.begin(), effects.end());
  }
  const MutexLock lock(posting_);
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    ShardDelivery& shard = out[i];
    if (shard.broadcast || !shard.direct.empty() || !shard.changes.empty())
      shards_[i]->post(std::move(shard));
  }
}

}  // namespace chatserver::chat
