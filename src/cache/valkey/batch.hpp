#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cache/message_cache.hpp"
#include "cache/valkey/entry.hpp"
#include "cache/valkey/reply.hpp"

namespace chatserver::cache::valkey {

// The time as a caller of library/append.lua gives it, in place of the server's.
struct GivenTime {
  Timestamp utc;
  Monotonic monotonic;
};

// All of a call to `append` but the messages.
struct AppendHead {
  std::string node;
  std::int64_t number = 0;  // of the batch: the same for a repetition
  std::string generation;
  EntryId seen;
  store::IdMarks ceiling;
  std::size_t backlog_max = 0;
  std::optional<GivenTime> time;
};

// Messages, then newcomers.
[[nodiscard]] std::vector<std::string> append_arguments(const AppendHead& head,
                                                        std::span<const Submission> submissions,
                                                        std::span<const User> newcomers);

// A repeat of a message that is in the log no more: it is in the database, or was deleted.
struct RepeatOfOlder {
  Submission submission;
  bool is_public = true;
  CacheId id;
};

// What a call to `append` came to. What was accepted is delivered from the log.
struct Appended {
  Delivery answers;  // repeats and refusals
  std::vector<RepeatOfOlder> older;
  std::optional<EntryId> last_accepted;
};

// Throws Garbled when it is not what `append` answers to as many messages and newcomers.
[[nodiscard]] Appended read_answers(const Reply& reply, std::span<const Submission> submissions,
                                    std::size_t newcomers);

// Threading: pure, all of it.

}  // namespace chatserver::cache::valkey
