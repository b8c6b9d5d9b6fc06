#include <vector>

#include "store/paging.hpp"
#include "store/postgres/messages.hpp"
#include "store/postgres/messages_copy.hpp"
#include "store/postgres/search.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql insert_messages = R"sql(
  INSERT INTO chat_messages (cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce)
  SELECT m.* FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[],
                         $7::timestamptz[], $8::text[])
    AS m (cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce)
  WHERE NOT EXISTS (SELECT FROM tombstones AS t WHERE t.cache_id = m.cache_id)
    AND NOT EXISTS (SELECT FROM deleted_channels AS d WHERE d.channel_id = m.channel_id AND d.purged)
  ON CONFLICT (cache_id) DO NOTHING)sql";

// Those that came after their channel was purged: somebody may have been shown them before.
constexpr Sql bury_late = R"sql(
  INSERT INTO tombstones (cache_id, channel_id, deleted_at)
  SELECT m.cache_id, m.channel_id, m.authored_at
  FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS m (cache_id, channel_id, authored_at)
  JOIN deleted_channels AS d ON d.channel_id = m.channel_id AND d.purged
  ON CONFLICT (cache_id) DO NOTHING)sql";

constexpr Sql insert_private_messages = R"sql(
  INSERT INTO private_messages (cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce)
  SELECT m.* FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                         $7::timestamptz[], $8::text[])
    AS m (cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce)
  ON CONFLICT (cache_id) DO NOTHING)sql";

// The latest use counts: an older message that arrives again does not replace it.
// A deleted message keeps its nonce, so that sending it again does not bring it back.
constexpr Sql insert_nonces = R"sql(
  INSERT INTO nonces (owner_id, nonce, stream, cache_id, used_at)
  SELECT DISTINCT ON (owner_id, nonce) owner_id, nonce, stream, cache_id, used_at
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[])
    WITH ORDINALITY AS n (owner_id, nonce, stream, cache_id, used_at, position)
  ORDER BY owner_id, nonce, used_at DESC, position
  ON CONFLICT (owner_id, nonce) DO UPDATE
  SET stream = excluded.stream, cache_id = excluded.cache_id, used_at = excluded.used_at
  WHERE excluded.used_at > nonces.used_at)sql";

constexpr Sql raise_mark = "UPDATE id_marks SET mark = $2 WHERE stream = $1 AND mark < $2";

constexpr Sql delete_messages_again = "DELETE FROM chat_messages WHERE cache_id = ANY ($1::bigint[])";
constexpr Sql delete_private_messages_again =
    "DELETE FROM private_messages WHERE cache_id = ANY ($1::bigint[])";
constexpr Sql delete_nonces_again = "DELETE FROM nonces WHERE stream = $1 AND cache_id = ANY ($2::bigint[])";

// What all messages of a batch have, a column each.
struct Columns {
  std::vector<std::int64_t> ids;
  std::vector<std::string_view> authors;
  std::vector<std::string_view> names;
  std::vector<std::string_view> texts;
  std::vector<Timestamp> times;
  std::vector<std::string_view> nonces;
};

template <class AnyMessage>
Columns columns_of(const std::vector<AnyMessage>& messages) {
  Columns columns;
  for (const AnyMessage& message : messages) {
    columns.ids.push_back(message.cache_id.value());
    columns.authors.emplace_back(message.author.id.value());
    columns.names.emplace_back(message.author.username);
    columns.texts.emplace_back(message.text);
    columns.times.push_back(message.authored_at);
    columns.nonces.emplace_back(message.nonce);
  }
  return columns;
}

std::vector<std::int64_t> channel_ids_of(const std::vector<Message>& messages) {
  std::vector<std::int64_t> ids;
  for (const Message& message : messages) ids.push_back(message.channel_id.value());
  return ids;
}

Statement insertion(const std::vector<Message>& messages) {
  const Columns columns = columns_of(messages);
  std::vector<std::string_view> channels;
  for (const Message& message : messages) channels.emplace_back(message.channel);
  return Statement(insert_messages, columns.ids, columns.authors, columns.names, channel_ids_of(messages),
                   channels, columns.texts, columns.times, columns.nonces);
}

Statement insertion(const std::vector<PrivateMessage>& messages) {
  const Columns columns = columns_of(messages);
  std::vector<std::string_view> recipient_ids;
  std::vector<std::string_view> recipients;
  for (const PrivateMessage& message : messages) {
    recipient_ids.emplace_back(message.recipient.id.value());
    recipients.emplace_back(message.recipient.username);
  }
  return Statement(insert_private_messages, columns.ids, columns.authors, columns.names, recipient_ids,
                   recipients, columns.texts, columns.times, columns.nonces);
}

struct NonceColumns {
  std::vector<std::string_view> authors;
  std::vector<std::string_view> nonces;
  std::vector<std::int64_t> streams;
  std::vector<std::int64_t> ids;
  std::vector<Timestamp> times;

  template <class AnyMessage>
  void add(Stream stream, const std::vector<AnyMessage>& messages) {
    for (const AnyMessage& message : messages) {
      if (message.nonce.empty()) continue;
      authors.emplace_back(message.author.id.value());
      nonces.emplace_back(message.nonce);
      streams.push_back(static_cast<std::int64_t>(stream));
      ids.push_back(message.cache_id.value());
      times.push_back(message.authored_at);
    }
  }
};

template <class AnyMessage>
void add_insertion(std::vector<Statement>& statements, const std::vector<AnyMessage>& messages) {
  if (!messages.empty()) statements.push_back(insertion(messages));
}

template <class AnyMessage>
void add_mark(std::vector<Statement>& statements, Stream stream, const std::vector<AnyMessage>& messages) {
  if (messages.empty()) return;
  statements.emplace_back(raise_mark, static_cast<std::int64_t>(stream), messages.back().cache_id);
}

void add_nonces(std::vector<Statement>& statements, const Batch& batch) {
  NonceColumns nonces;
  nonces.add(Stream::messages, batch.messages);
  nonces.add(Stream::private_messages, batch.private_messages);
  if (nonces.ids.empty()) return;
  statements.emplace_back(insert_nonces, nonces.authors, nonces.nonces, nonces.streams, nonces.ids,
                          nonces.times);
}

std::vector<std::int64_t> ids_of(const std::vector<Message>& messages) {
  std::vector<std::int64_t> ids;
  for (const Message& message : messages) ids.push_back(message.cache_id.value());
  return ids;
}

}  // namespace

void append(Connection& connection, const Batch& batch) {
  if (batch.messages.empty() && batch.private_messages.empty()) return;
  const bool copied = copy_if_new(connection, batch);
  std::vector<Statement> statements;
  if (!copied) {
    add_insertion(statements, batch.messages);
    add_insertion(statements, batch.private_messages);
  }
  add_mark(statements, Stream::messages, batch.messages);
  add_mark(statements, Stream::private_messages, batch.private_messages);
  add_nonces(statements, batch);
  statements.push_back(select_late_messages(ids_of(batch.messages)));
  std::vector<Rows> results = connection.exchange(statements);
  if (!copied && !batch.messages.empty() &&
      results.front().changed() < static_cast<std::int64_t>(batch.messages.size())) {
    const Columns columns = columns_of(batch.messages);
    connection.run(bury_late, columns.ids, channel_ids_of(batch.messages), columns.times);
  }
  index_late_messages(connection, std::move(results.back()));
}

void remove(Connection& connection, const std::vector<std::int64_t>& ids,
            const std::vector<std::int64_t>& private_ids) {
  const std::vector<Statement> statements{
      Statement(delete_messages_again, ids), Statement(delete_private_messages_again, private_ids),
      Statement(delete_nonces_again, static_cast<std::int64_t>(Stream::messages), ids),
      Statement(delete_nonces_again, static_cast<std::int64_t>(Stream::private_messages), private_ids)};
  connection.exchange(statements);
}

void reserve_ids(Connection& connection, const IdMarks& up_to) {
  const std::vector<Statement> statements{
      Statement(raise_mark, static_cast<std::int64_t>(Stream::messages), up_to.messages),
      Statement(raise_mark, static_cast<std::int64_t>(Stream::private_messages), up_to.private_messages)};
  connection.exchange(statements);
}

IdMarks id_marks(Connection& connection) {
  IdMarks marks;
  Rows rows = connection.run("SELECT stream, mark FROM id_marks");
  while (rows.next()) {
    const auto stream = static_cast<Stream>(rows.integer(0));
    (stream == Stream::messages ? marks.messages : marks.private_messages) = CacheId(rows.integer(1));
  }
  return marks;
}

}  // namespace chatserver::store::postgres
