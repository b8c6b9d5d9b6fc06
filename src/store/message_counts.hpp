#pragma once

#include <vector>

#include "model/activity.hpp"

// How every backend answers Activity::message_counts(): its tables have the same names and columns.
// Threading: pure.
namespace chatserver::store {

// A deleted channel's messages are shown under its last name, which one that an older server
// deleted has in its messages alone; those of a purged one are gone, though they are still there.
// Only what is shown counts, and by name: not those of one whose name another channel has now.
inline constexpr const char* select_message_counts = R"sql(
  WITH counts AS (
    SELECT c.name, coalesce(n.message_count, 0) AS message_count, 0 AS gone, c.sort_order AS position, c.id
    FROM channels AS c LEFT JOIN message_counts AS n ON n.channel_id = c.id
    UNION ALL
    SELECT coalesce(d.name, (SELECT m.channel FROM chat_messages AS m WHERE m.channel_id = n.channel_id
                             ORDER BY m.cache_id DESC LIMIT 1)),
           n.message_count, 1, 0, n.channel_id
    FROM message_counts AS n LEFT JOIN deleted_channels AS d ON d.channel_id = n.channel_id
    WHERE n.message_count > 0 AND n.channel_id NOT IN (SELECT channel_id FROM purges)
      AND NOT EXISTS (SELECT 1 FROM channels AS c WHERE c.id = n.channel_id))
  SELECT name, CAST(sum(message_count) AS bigint) FROM counts
  WHERE gone = 0 OR name NOT IN (SELECT name FROM channels)
  GROUP BY name ORDER BY min(gone), min(position), min(id))sql";

// What that query returns.
[[nodiscard]] std::vector<ChannelCount> message_counts_of(auto& rows) {
  std::vector<ChannelCount> counts;
  while (rows.next()) counts.push_back({.channel = rows.text(0), .message_count = rows.integer(1)});
  return counts;
}

}  // namespace chatserver::store
