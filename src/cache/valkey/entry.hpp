#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cache/message_cache.hpp"
#include "cache/valkey/reply.hpp"

namespace chatserver::cache::valkey {

// Where an entry is in the log: after the public message `first` (or that message itself,
// when `second` is 0). Orders everything that happens.
struct EntryId {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  [[nodiscard]] static std::optional<EntryId> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  friend auto operator<=>(const EntryId&, const EntryId&) = default;
};

// One entry of the log: see library/state.lua for its fields.
struct Entry {
  EntryId id;
  EntryId previous;        // the entry before it, which may have been deleted since
  CacheId private_before;  // the highest private id before it
  std::variant<Message, PrivateMessage, Change, User> what;  // User: a newcomer

  [[nodiscard]] bool is_message() const {
    return std::holds_alternative<Message>(what) || std::holds_alternative<PrivateMessage>(what);
  }
  // The highest ids of each stream, this entry's included.
  [[nodiscard]] store::IdMarks marks() const;
};

// Names and values, as they are in the log.
using Fields = std::vector<std::string>;

// From an answer to XRANGE or XREAD: [id, [name, value, …]]. The complaint names the entry
// and what is wrong with it, no text of a message.
[[nodiscard]] std::expected<Entry, std::string> decode(const Reply& reply);

// All fields of an entry, to put it back.
[[nodiscard]] Fields encode(const Entry& entry);

// The fields of a change that are its own.
[[nodiscard]] Fields encode(const Change& change);

}  // namespace chatserver::cache::valkey
