#include "hub/recent.hpp"

#include <algorithm>
#include <utility>

#include "websocket/frame.hpp"

namespace chatserver::hub {

Recent::Recent(BulkWording wording, std::size_t messages_max, CacheId complete_after)
    : wording_(std::move(wording)), messages_max_(messages_max), complete_after_(complete_after) {}

void Recent::start_over(CacheId complete_after) {
  messages_.clear();
  shared_.reset();
  complete_after_ = complete_after;
}

void Recent::add(std::shared_ptr<const PublicMessage> message) {
  messages_.push_back(std::move(message));
  if (messages_.size() <= messages_max_) return;
  complete_after_ = messages_.front()->id;
  messages_.pop_front();
}

void Recent::remove(std::span<const CacheId> ids) {
  std::erase_if(messages_,
                [&](const auto& message) { return std::ranges::find(ids, message->id) != ids.end(); });
  shared_.reset();
}

void Recent::replace(std::span<const std::shared_ptr<const PublicMessage>> messages) {
  auto place = messages_.begin();
  for (const auto& message : messages) {
    place = std::ranges::lower_bound(place, messages_.end(), message->id, {},
                                     [](const auto& one) { return one->id; });
    if (place != messages_.end() && (*place)->id == message->id) *place = message;
  }
  shared_.reset();
}

Bulk Recent::welcome(const UserId& user, const Feed& feed) {
  if (has_nonce_of(user)) return {frame(messages_.begin(), user, wording_.tail), {feed.end(), 0}};
  if (!shared_ || shared_->cursor.frame != feed.end()) {
    FramePtr bulk = messages_.empty() ? nullptr : frame(messages_.begin(), UserId{}, wording_.tail);
    shared_ = Bulk{std::move(bulk), {feed.end(), 0}};
  }
  return *shared_;
}

Bulk Recent::reset(const UserId& user, const Feed& feed) const {
  return {frame(messages_.begin(), user, wording_.tail_reset), {feed.end(), 0}};
}

bool Recent::covers(CacheId since) const {
  return since >= complete_after_;
}

Bulk Recent::resume(CacheId since, std::size_t messages_max, const UserId& user, const Feed& feed) const {
  auto from = std::ranges::upper_bound(messages_, since, {}, [](const auto& message) { return message->id; });
  if (from == messages_.end() && covers(since)) return {nullptr, {feed.end(), 0}};
  const auto count = static_cast<std::size_t>(messages_.end() - from);
  const bool truncated = count > messages_max || !covers(since);
  if (count > messages_max) from += static_cast<std::ptrdiff_t>(count - messages_max);
  return {frame(from, user, truncated ? wording_.tail_truncated : wording_.tail), {feed.end(), 0}};
}

bool Recent::has_nonce_of(const UserId& user) const {
  return std::ranges::any_of(messages_, [&](const auto& message) {
    return !message->own_object.empty() && message->author == user;
  });
}

FramePtr Recent::frame(Messages::const_iterator from, const UserId& user, const std::string& tail) const {
  const auto object = [&](const PublicMessage& message) -> const std::string& {
    return !message.own_object.empty() && message.author == user ? message.own_object : message.object;
  };
  std::size_t bytes = wording_.head.size() + tail.size();
  for (auto it = from; it != messages_.end(); ++it) bytes += object(**it).size() + (it == from ? 0 : 1);

  std::string out;
  out.reserve(bytes + 10);
  websocket::append_frame_header(out, websocket::Opcode::text, bytes);
  out += wording_.head;
  for (auto it = from; it != messages_.end(); ++it) {
    if (it != from) out += ',';
    out += object(**it);
  }
  out += tail;
  return std::make_shared<const std::string>(std::move(out));
}

}  // namespace chatserver::hub
