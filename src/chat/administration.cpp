#include "chat/administration.hpp"

#include <utility>
#include <variant>

namespace chatserver::chat {

using cache::ChangeError;

void Administration::ban(BanOrder order, Done<Ban> done) {
  const Timestamp start = clock_.utc();
  Ban ban{.id = {},
          .owner = std::move(order.owner),
          .banished = std::move(order.banished),
          .reason = std::move(order.reason),
          .start = start,
          .end = std::nullopt};
  if (order.duration) ban.end = start + *order.duration;

  const auto commit = [this, ban = std::move(ban)]() mutable -> std::expected<Ban, ChangeError> {
    auto changed = cache_.change(cache::UserBanned{std::move(ban)});
    if (!changed) return std::unexpected(changed.error());
    Ban delivered = std::get<cache::UserBanned>(*std::move(changed)).ban;
    log_.info("user banned", {{"user", delivered.banished.value()},
                              {"by", delivered.owner.value()},
                              {"ban", delivered.id.value()}});
    return delivered;
  };
  on_pool<Ban>(commit, std::move(done));
}

void Administration::pardon(BanId id, Done<BanId> done) {
  const auto commit = [this, id]() -> std::expected<BanId, ChangeError> {
    if (const auto changed = cache_.change(cache::BanPardoned{id}); !changed)
      return std::unexpected(changed.error());
    log_.info("user pardoned", {{"ban", id.value()}});
    return id;
  };
  on_pool<BanId>(commit, std::move(done));
}

}  // namespace chatserver::chat
