#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cache/valkey/entry.hpp"

// Entries for unit tests.
namespace chatserver::cache::valkey::test {

inline Message public_message(std::int64_t id) {
  return {.cache_id = CacheId(id),
          .author = {.id = UserId("ada"), .username = "Ada"},
          .channel_id = ChannelId(1),
          .channel = "General",
          .text = "text " + std::to_string(id),
          .authored_at = Timestamp(std::chrono::seconds(id)),
          .nonce = ""};
}

inline PrivateMessage whisper(std::int64_t id) {
  return {.cache_id = CacheId(id),
          .author = {.id = UserId("ada"), .username = "Ada"},
          .recipient = {.id = UserId("bob"), .username = "Bob"},
          .text = "psst " + std::to_string(id),
          .authored_at = Timestamp(std::chrono::seconds(id)),
          .nonce = ""};
}

inline Entry public_entry(std::int64_t id) {
  return {.id = {.first = static_cast<std::uint64_t>(id), .second = 0},
          .previous = {},
          .private_before = CacheId(0),
          .what = public_message(id)};
}

inline Entry whisper_entry(EntryId at, std::int64_t id) {
  return {.id = at, .previous = {}, .private_before = CacheId(id - 1), .what = whisper(id)};
}

template <class AnyMessage>
std::vector<std::int64_t> ids(const std::vector<AnyMessage>& messages) {
  std::vector<std::int64_t> all;
  for (const auto& message : messages) all.push_back(message.cache_id.value());
  return all;
}

}  // namespace chatserver::cache::valkey::test
