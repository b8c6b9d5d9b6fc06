#pragma once

#include <span>
#include <variant>

#include "cache/valkey/entry.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {

// The messages among entries of the log, as the database is given them. Threading: pure.
[[nodiscard]] inline store::Batch flush_batch(std::span<const Entry> entries) {
  store::Batch batch;
  for (const Entry& entry : entries) {
    if (const auto* message = std::get_if<Message>(&entry.what)) batch.messages.push_back(*message);
    if (const auto* whisper = std::get_if<PrivateMessage>(&entry.what))
      batch.private_messages.push_back(*whisper);
  }
  return batch;
}

}  // namespace chatserver::cache::valkey
