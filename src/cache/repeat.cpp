#include "cache/repeat.hpp"

#include <utility>
#include <variant>

namespace chatserver::cache {
namespace {

bool same_content(const Submission& submission, const Message& original) {
  const auto* channel = std::get_if<ChannelId>(&submission.to);
  return channel != nullptr && *channel == original.channel_id && submission.text == original.text;
}

bool same_content(const Submission& submission, const PrivateMessage& original) {
  const auto* recipient = std::get_if<User>(&submission.to);
  return recipient != nullptr && recipient->id == original.recipient.id && submission.text == original.text;
}

}  // namespace

std::optional<Repeat> repeat_of(const Submission& submission, store::NonceUse use) {
  if (auto* message = std::get_if<Message>(&use.original); message && same_content(submission, *message)) {
    return Repeat{.origin = submission.origin, .original = std::move(*message)};
  }
  if (auto* message = std::get_if<PrivateMessage>(&use.original);
      message && same_content(submission, *message)) {
    return Repeat{.origin = submission.origin, .original = std::move(*message)};
  }
  return std::nullopt;
}

Refusal refusal(const Submission& submission, RefusalReason reason) {
  return {.origin = submission.origin, .reason = reason, .retry_after = {}, .nonce = submission.nonce};
}

}  // namespace chatserver::cache
