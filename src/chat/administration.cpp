#include "chat/administration.hpp"

#include <utility>
#include <variant>

#include "chat/last_admin.hpp"
#include "store/store.hpp"

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
  auto commit = [this, ban = std::move(ban)]() mutable { return commit_ban(std::move(ban)); };
  parts_.changes.make(std::move(commit), std::move(done));
}

// The rule about the last admin is for the commit to decide: on another node somebody may be banning too.
std::expected<Ban, ChangeError> Administration::commit_ban(Ban ban) {
  cache::UserBanned order{.ban = std::move(ban)};
  try {
    order.one_left_of = other_admins(order.ban.banished, parts_.accounts.accounts());
  } catch (const store::Unavailable&) {
    return std::unexpected(ChangeError::unavailable);
  }
  auto changed = parts_.cache.change(std::move(order));
  if (!changed) return std::unexpected(changed.error());
  Ban delivered = std::get<cache::UserBanned>(*std::move(changed)).ban;
  log_.info(
      "user banned",
      {{"user", delivered.banished.value()}, {"by", delivered.owner.value()}, {"ban", delivered.id.value()}});
  return delivered;
}

void Administration::pardon(BanId id, UserId by, Done<BanId> done) {
  const auto commit = [this, id, by = std::move(by)]() -> std::expected<BanId, ChangeError> {
    if (const auto changed = parts_.cache.change(cache::BanPardoned{.id = id, .by = by}); !changed)
      return std::unexpected(changed.error());
    log_.info("user pardoned", {{"by", by.value()}, {"ban", id.value()}});
    return id;
  };
  parts_.changes.make(commit, std::move(done));
}

void Administration::set_rate_limit(UserId by, RateLimit limit, Done<RateLimit> done) {
  const auto commit = [this, by = std::move(by), limit]() -> std::expected<RateLimit, ChangeError> {
    if (const auto changed = parts_.cache.change(cache::RateLimitChanged{limit}); !changed)
      return std::unexpected(changed.error());
    log_.info("rate limit changed",
              {{"by", by.value()}, {"messages", limit.messages}, {"window_s", limit.window.count()}});
    return limit;
  };
  parts_.changes.make(commit, std::move(done));
}

}  // namespace chatserver::chat
