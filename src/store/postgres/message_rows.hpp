#pragma once

#include "model/message.hpp"
#include "store/postgres/values.hpp"

namespace chatserver::store::postgres {

// Columns: cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce.
[[nodiscard]] Message message_of(const Rows& row);

// Columns: cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce.
[[nodiscard]] PrivateMessage private_message_of(const Rows& row);

}  // namespace chatserver::store::postgres
