#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "base/async/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "cache/message_cache.hpp"
#include "model/ban.hpp"

namespace chatserver::chat {

// Who is to be kept out, by whom and for how long.
struct BanOrder {
  UserId owner;  // who bans
  UserId banished;
  std::string reason;
  std::optional<std::chrono::hours> duration;  // none: for good
};

// What administrators do. Each verb is durable, and on its way to every session in the
// order that messages have too, before it answers through its callback on the pool's
// thread. cache::ChangeError::unavailable: the store cannot take it now, nothing changed.
//
// Threading: any.
class Administration {
 public:
  template <class Result>
  using Done = std::move_only_function<void(std::expected<Result, cache::ChangeError>)>;

  Administration(cache::MessageCache& cache, BlockingPool& pool, const Clock& clock, Log& log)
      : cache_(cache), pool_(pool), clock_(clock), log_(log) {}

  // Closes the user's sessions and keeps them out. Who is banned already is banned once more.
  void ban(BanOrder order, Done<Ban> done);
  // not_found: no ban has that id.
  void pardon(BanId id, Done<BanId> done);

 private:
  template <class Result, class Verb>
  void on_pool(Verb verb, Done<Result> done);

  cache::MessageCache& cache_;
  BlockingPool& pool_;
  const Clock& clock_;
  Log& log_;
};

}  // namespace chatserver::chat
