#include "cache/valkey/timeline.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>
#include <variant>

namespace chatserver::cache::valkey {
namespace {

bool is_public(const Entry& entry) {
  return std::holds_alternative<Message>(entry.what);
}

CacheId above(const Message& message) {
  return message.cache_id;
}
CacheId above(const PrivateMessage& message) {
  return message.cache_id;
}

template <class AnyMessage>
std::vector<AnyMessage> between(const std::deque<Entry>& entries, CacheId after, CacheId up_to) {
  std::vector<AnyMessage> found;
  for (const Entry& entry : entries) {
    const auto* message = std::get_if<AnyMessage>(&entry.what);
    if (message != nullptr && above(*message) > after && above(*message) <= up_to) found.push_back(*message);
  }
  return found;
}

}  // namespace

void Timeline::begin(EntryId flushed, EntryId last, const store::IdMarks& marks, PrivateHorizon horizon,
                     std::vector<Entry> unflushed) {
  entries_.clear();
  public_count_ = 0;
  flushed_ = flushed;
  last_ = last;
  marks_ = marks;
  complete_after_ = unflushed.empty() ? marks.messages : CacheId(static_cast<std::int64_t>(flushed.first));
  horizon_ = std::move(horizon);
  (void)take(std::move(unflushed));
  last_ = last;
  raise_marks(marks);
}

std::vector<Delivery> Timeline::take(std::vector<Entry> entries) {
  std::vector<Delivery> deliveries;
  bool open = false;  // whether the last delivery takes more messages
  for (Entry& entry : entries) {
    if (const auto* change = std::get_if<Change>(&entry.what)) {
      take_effect(*change);
      deliveries.emplace_back().changes.push_back(*change);
      open = false;
    } else {
      if (!std::exchange(open, true)) deliveries.emplace_back();
      if (const auto* newcomer = std::get_if<User>(&entry.what)) {
        deliveries.back().newcomers.push_back(*newcomer);
      } else if (const auto* message = std::get_if<Message>(&entry.what)) {
        deliveries.back().messages.push_back(*message);
        ++public_count_;
      } else {
        deliveries.back().private_messages.push_back(std::get<PrivateMessage>(entry.what));
      }
    }
    last_ = entry.id;
    raise_marks(entry.marks());
    entries_.push_back(std::move(entry));
  }
  return deliveries;
}

void Timeline::forget_until(EntryId flushed) {
  flushed_ = std::max(flushed_, flushed);
  while (!entries_.empty() && entries_.front().id <= flushed_ && public_count_ > keep_) drop_front();
  // Where few messages are public, the others must not gather.
  while (entries_.size() > 4 * keep_ && entries_.front().id <= flushed_) drop_front();
}

void Timeline::drop_front() {
  const Entry& front = entries_.front();
  if (is_public(front)) --public_count_;
  complete_after_ = std::max(complete_after_, front.marks().messages);
  if (const auto* whisper = std::get_if<PrivateMessage>(&front.what)) horizon_.pass(*whisper);
  entries_.pop_front();
}

void Timeline::raise_marks(const store::IdMarks& marks) {
  marks_ = {.messages = std::max(marks_.messages, marks.messages),
            .private_messages = std::max(marks_.private_messages, marks.private_messages)};
}

template <class Gone>
void Timeline::remove_if(Gone gone) {
  public_count_ -= std::erase_if(entries_, [&](const Entry& entry) {
    const auto* message = std::get_if<Message>(&entry.what);
    return message != nullptr && gone(*message);
  });
}

// What is remembered says the same as the database would.
void Timeline::take_effect(const Change& change) {
  if (const auto* deleted = std::get_if<MessagesDeleted>(&change)) {
    std::unordered_set<CacheId> gone;
    for (const store::Tombstone& one : deleted->tombstones) gone.insert(one.cache_id);
    remove_if([&](const Message& message) { return gone.contains(message.cache_id); });
  }
  const auto* channels = std::get_if<ChannelsChanged>(&change);
  if (channels == nullptr) return;
  if (channels->purged)
    remove_if([&](const Message& message) { return message.channel_id == channels->purged->id; });
  for (Entry& entry : entries_) {
    auto* message = std::get_if<Message>(&entry.what);
    if (message == nullptr) continue;
    const auto found = std::ranges::find(channels->channels, message->channel_id, &Channel::id);
    if (found != channels->channels.end()) message->channel = found->name;
  }
}

std::vector<Entry> Timeline::unflushed() const {
  const auto first =
      std::ranges::find_if(entries_, [this](const Entry& entry) { return entry.id > flushed_; });
  return {first, entries_.end()};
}

// Goes from public message to public message: there may be any number of others between two.
std::vector<Message> Timeline::unflushed_messages(CacheId before, std::size_t limit) const {
  const auto first_from = [this](std::uint64_t id) {
    return std::ranges::lower_bound(entries_, EntryId{.first = id, .second = 0}, {}, &Entry::id);
  };
  std::vector<Message> newest;
  auto at = first_from(static_cast<std::uint64_t>(before.value()));
  while (at != entries_.begin() && newest.size() < limit) {
    at = first_from(std::prev(at)->id.first);
    if (at->id <= flushed_) break;
    if (const auto* message = std::get_if<Message>(&at->what)) newest.push_back(*message);
  }
  return newest;
}

std::vector<Message> Timeline::messages_between(CacheId after, CacheId up_to) const {
  return between<Message>(entries_, after, up_to);
}

std::vector<PrivateMessage> Timeline::private_messages_between(CacheId after, CacheId up_to) const {
  return between<PrivateMessage>(entries_, after, up_to);
}

}  // namespace chatserver::cache::valkey
