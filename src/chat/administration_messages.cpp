// Administration: what is done to messages.

#include <utility>
#include <variant>

#include "chat/administration.hpp"

namespace chatserver::chat {

void Administration::delete_messages(std::vector<CacheId> ids, const UserId& by, Done<std::size_t> done) {
  using Result = std::expected<std::size_t, cache::ChangeError>;
  const auto commit = [this, ids = std::move(ids), by]() -> Result {
    const auto changed = parts_.cache.change(cache::MessagesDeleted{.ids = ids, .tombstones = {}});
    if (!changed) return std::unexpected(changed.error());
    const std::size_t count = std::get<cache::MessagesDeleted>(*changed).tombstones.size();
    log_.info("messages deleted", {{"count", count}, {"by", by.value()}});
    return count;
  };
  parts_.changes.make(commit, std::move(done));
}

}  // namespace chatserver::chat
