#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/ids.hpp"
#include "model/message.hpp"
#include "store/store.hpp"

namespace chatserver::cache {

// The newest `limit` private messages of a user that are in the database. None while it cannot be read;
// one that is known to be away is not waited for. Blocks.
[[nodiscard]] inline std::optional<std::vector<PrivateMessage>> stored_private_messages(store::Store& store,
                                                                                        const UserId& user,
                                                                                        CacheId up_to,
                                                                                        std::size_t limit) {
  if (!store.reachable().value_or(true)) return std::nullopt;
  try {
    return store.private_messages_between(user, CacheId{}, up_to, limit).messages;
  } catch (const store::Unavailable&) {
    return std::nullopt;
  }
}

}  // namespace chatserver::cache
