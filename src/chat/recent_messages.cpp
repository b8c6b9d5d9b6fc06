#include "chat/recent_messages.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "chat/wording.hpp"

namespace chatserver::chat {

void RecentMessages::start_over(std::vector<Message> messages) {
  messages_.clear();
  add(std::move(messages));
}

void RecentMessages::add(std::vector<Message> messages) {
  for (Message& message : messages) messages_.push_back(std::move(message));
  while (messages_.size() > messages_max_) messages_.pop_front();
}

void RecentMessages::remove(std::span<const CacheId> ids) {
  std::erase_if(messages_, [&](const Message& message) {
    return std::ranges::find(ids, message.cache_id) != ids.end();
  });
}

std::vector<CacheId> RecentMessages::remove_channel(ChannelId id) {
  std::vector<CacheId> ids;
  for (const Message& message : messages_) {
    if (message.channel_id == id) ids.push_back(message.cache_id);
  }
  std::erase_if(messages_, [&](const Message& message) { return message.channel_id == id; });
  return ids;
}

RecentMessages::Difference RecentMessages::adapt(std::span<const Channel> channels) {
  std::unordered_map<ChannelId, std::string_view> names;
  std::unordered_set<std::string_view> taken;
  for (const Channel& channel : channels) {
    names.emplace(channel.id, channel.name);
    taken.insert(channel.name);
  }
  Difference difference;
  for (Message& message : messages_) {
    const auto name = names.find(message.channel_id);
    if (name == names.end()) {
      if (taken.contains(message.channel)) difference.hidden.push_back(message.cache_id);
    } else if (message.channel != name->second) {
      message.channel = name->second;
      difference.renamed.push_back(public_message(message));
    }
  }
  remove(difference.hidden);
  return difference;
}

}  // namespace chatserver::chat
