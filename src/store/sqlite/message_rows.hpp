#pragma once

#include "model/message.hpp"
#include "store/paging.hpp"
#include "store/sqlite/connection.hpp"

namespace chatserver::store::sqlite {

// Columns: cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce.
[[nodiscard]] Message message_of(const Query& row);

// Columns: cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce.
[[nodiscard]] PrivateMessage private_message_of(const Query& row);

}  // namespace chatserver::store::sqlite
