#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace chatserver::auth {

// The ids (`jti`) of one-time tokens that were used, until they are over anyway.
//
// Threading: any. Limits: `entries_max`. When there are more, further tokens count
// as fresh without being remembered: only the issuer can make that many, and using
// a logout token again ends sessions, but never lets anybody in.
class SeenTokens {
 public:
  explicit SeenTokens(std::size_t entries_max = 100'000) : entries_max_(entries_max) {}

  // False when it was used before.
  [[nodiscard]] bool use(std::string_view token_id, Timestamp until, Timestamp now) CHAT_EXCLUDES(mutex_);

 private:
  void forget_those_over(Timestamp now) CHAT_REQUIRES(mutex_);

  const std::size_t entries_max_;
  Mutex mutex_;
  std::unordered_map<std::string, Timestamp> until_ CHAT_GUARDED_BY(mutex_);
  Timestamp next_over_ CHAT_GUARDED_BY(mutex_) = Timestamp::max();  // nothing is over before
};

}  // namespace chatserver::auth
