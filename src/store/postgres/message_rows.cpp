#include "store/postgres/message_rows.hpp"

namespace chatserver::store::postgres {

Message message_of(const Rows& row) {
  return {.cache_id = CacheId(row.integer(0)),
          .author = {.id = UserId(row.text(1)), .username = row.text(2)},
          .channel_id = ChannelId(row.integer(3)),
          .channel = row.text(4),
          .text = row.text(5),
          .authored_at = row.time(6),
          .nonce = row.text(7)};
}

PrivateMessage private_message_of(const Rows& row) {
  return {.cache_id = CacheId(row.integer(0)),
          .author = {.id = UserId(row.text(1)), .username = row.text(2)},
          .recipient = {.id = UserId(row.text(3)), .username = row.text(4)},
          .text = row.text(5),
          .authored_at = row.time(6),
          .nonce = row.text(7)};
}

}  // namespace chatserver::store::postgres
