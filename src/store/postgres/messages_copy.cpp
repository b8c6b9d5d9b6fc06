#include "store/postgres/messages_copy.hpp"

#include <algorithm>
#include <vector>

#include "base/check.hpp"
#include "store/postgres/copied_rows.hpp"

namespace chatserver::store::postgres {
namespace {

// COPY takes two round trips more than an insertion.
constexpr std::size_t copied_min = 200;

// By ranges: a batch's ids follow each other, and what is new is above all that is there. Of a node
// that died, others may have written between; then its batch is not new here and is inserted.
constexpr Sql select_any_known = R"sql(
  SELECT EXISTS (SELECT FROM chat_messages WHERE cache_id BETWEEN $1 AND $2)
    OR EXISTS (SELECT FROM tombstones WHERE cache_id BETWEEN $1 AND $2)
    OR EXISTS (SELECT FROM deleted_channels WHERE purged AND channel_id = ANY ($3::bigint[]))
    OR EXISTS (SELECT FROM private_messages WHERE cache_id BETWEEN $4 AND $5))sql";

constexpr Sql copy_messages = R"sql(
  COPY chat_messages (cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce)
  FROM STDIN (FORMAT binary))sql";

constexpr Sql copy_private_messages = R"sql(
  COPY private_messages (cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce)
  FROM STDIN (FORMAT binary))sql";

struct Range {
  CacheId first{1};
  CacheId last{0};
};

// Whatever their order; empty for none.
template <class AnyMessage>
Range range_of(const std::vector<AnyMessage>& messages) {
  if (messages.empty()) return {};
  const auto [first, last] = std::ranges::minmax(messages, {}, &AnyMessage::cache_id);
  return {.first = first.cache_id, .last = last.cache_id};
}

std::vector<std::int64_t> channels_of(const std::vector<Message>& messages) {
  std::vector<std::int64_t> channels;
  for (const Message& message : messages) channels.push_back(message.channel_id.value());
  std::ranges::sort(channels);
  const auto again = std::ranges::unique(channels);
  channels.erase(again.begin(), again.end());
  return channels;
}

template <class AnyMessage>
bool has_each_once(const std::vector<AnyMessage>& messages) {
  const auto not_ascending = [](const AnyMessage& one, const AnyMessage& next) {
    return one.cache_id >= next.cache_id;
  };
  return std::ranges::adjacent_find(messages, not_ascending) == messages.end();
}

bool is_new(Connection& connection, const Batch& batch) {
  if (!has_each_once(batch.messages) || !has_each_once(batch.private_messages)) return false;
  const Range messages = range_of(batch.messages);
  const Range private_messages = range_of(batch.private_messages);
  Rows known = connection.run(select_any_known, messages.first, messages.last, channels_of(batch.messages),
                              private_messages.first, private_messages.last);
  check(known.next(), "a question without FROM has one answer");
  return !known.boolean(0);
}

void copy(Connection& connection, const std::vector<Message>& messages) {
  if (messages.empty()) return;
  CopiedRows rows;
  for (const Message& one : messages) {
    rows.add(one.cache_id, std::string_view(one.author.id.value()), std::string_view(one.author.username),
             one.channel_id, std::string_view(one.channel), std::string_view(one.text), one.authored_at,
             std::string_view(one.nonce));
  }
  connection.copy(copy_messages, std::move(rows).finish());
}

void copy(Connection& connection, const std::vector<PrivateMessage>& messages) {
  if (messages.empty()) return;
  CopiedRows rows;
  for (const PrivateMessage& one : messages) {
    rows.add(one.cache_id, std::string_view(one.author.id.value()), std::string_view(one.author.username),
             std::string_view(one.recipient.id.value()), std::string_view(one.recipient.username),
             std::string_view(one.text), one.authored_at, std::string_view(one.nonce));
  }
  connection.copy(copy_private_messages, std::move(rows).finish());
}

}  // namespace

bool copy_if_new(Connection& connection, const Batch& batch) {
  if (batch.messages.size() + batch.private_messages.size() < copied_min) return false;
  if (!is_new(connection, batch)) return false;
  copy(connection, batch.messages);
  copy(connection, batch.private_messages);
  return true;
}

}  // namespace chatserver::store::postgres
