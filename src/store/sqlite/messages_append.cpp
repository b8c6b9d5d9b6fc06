#include "store/paging.hpp"
#include "store/sqlite/messages.hpp"
#include "store/sqlite/search.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql insert_message = R"sql(
  INSERT INTO chat_messages (cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
  WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE cache_id = ?1)
    AND NOT EXISTS (SELECT 1 FROM deleted_channels WHERE channel_id = ?4 AND purged)
  ON CONFLICT (cache_id) DO NOTHING)sql";

// For one that came after its channel was purged: somebody may have been shown it before.
constexpr Sql bury_late = R"sql(
  INSERT INTO tombstones (cache_id, channel_id, deleted_at)
  SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM deleted_channels WHERE channel_id = ?2 AND purged)
  ON CONFLICT (cache_id) DO NOTHING)sql";

constexpr Sql insert_private_message = R"sql(
  INSERT INTO private_messages (cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
  ON CONFLICT (cache_id) DO NOTHING)sql";

// The latest use counts: an older message that arrives again does not replace it.
constexpr Sql insert_nonce = R"sql(
  INSERT INTO nonces (owner_id, nonce, stream, cache_id, used_at) VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT (owner_id, nonce) DO UPDATE
  SET stream = excluded.stream, cache_id = excluded.cache_id, used_at = excluded.used_at
  WHERE excluded.used_at > used_at)sql";

constexpr Sql raise_mark = "UPDATE id_marks SET mark = ?2 WHERE stream = ?1 AND mark < ?2";

// A deleted message keeps its nonce, so that sending it again does not bring it back.
template <class AnyMessage>
void keep_nonce(Connection& connection, Stream stream, const AnyMessage& message) {
  if (message.nonce.empty()) return;
  Query(connection, insert_nonce, message.author.id, message.nonce, static_cast<std::int64_t>(stream),
        message.cache_id, message.authored_at)
      .run();
}

void raise(Connection& connection, Stream stream, CacheId to) {
  Query(connection, raise_mark, static_cast<std::int64_t>(stream), to).run();
}

}  // namespace

void append(Connection& connection, const Batch& batch) {
  const CacheId indexed = indexed_up_to(connection);
  for (const Message& message : batch.messages) {
    Query(connection, insert_message, message.cache_id, message.author.id, message.author.username,
          message.channel_id, message.channel, message.text, message.authored_at, message.nonce)
        .run();
    if (connection.changes() == 0) {
      Query(connection, bury_late, message.cache_id, message.channel_id, message.authored_at).run();
    } else if (message.cache_id <= indexed) {
      index_message(connection, message);
    }
    keep_nonce(connection, Stream::messages, message);
  }
  for (const PrivateMessage& message : batch.private_messages) {
    Query(connection, insert_private_message, message.cache_id, message.author.id, message.author.username,
          message.recipient.id, message.recipient.username, message.text, message.authored_at, message.nonce)
        .run();
    keep_nonce(connection, Stream::private_messages, message);
  }
  if (!batch.messages.empty()) raise(connection, Stream::messages, batch.messages.back().cache_id);
  if (!batch.private_messages.empty()) {
    raise(connection, Stream::private_messages, batch.private_messages.back().cache_id);
  }
}

void reserve_ids(Connection& connection, const IdMarks& up_to) {
  raise(connection, Stream::messages, up_to.messages);
  raise(connection, Stream::private_messages, up_to.private_messages);
}

IdMarks id_marks(Connection& connection) {
  IdMarks marks;
  Query query(connection, "SELECT stream, mark FROM id_marks");
  while (query.next()) {
    const auto stream = static_cast<Stream>(query.integer(0));
    (stream == Stream::messages ? marks.messages : marks.private_messages) = CacheId(query.integer(1));
  }
  return marks;
}

}  // namespace chatserver::store::sqlite
