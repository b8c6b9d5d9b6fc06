#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/async/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "cache/message_cache.hpp"
#include "chat/on_pool.hpp"
#include "model/activity.hpp"
#include "store/store.hpp"

namespace chatserver::chat {

// The days that session statistics tell of, today (UTC) included.
inline constexpr std::chrono::days activity_days{7};
[[nodiscard]] inline std::chrono::sys_days activity_begin(Timestamp now) {
  return std::chrono::floor<std::chrono::days>(now) - (activity_days - std::chrono::days{1});
}

// What administrators look up. Each answers as read_on_pool() does.
//
// Threading: any.
class Lookups {
 public:
  Lookups(store::Store& store, cache::MessageCache& cache, BlockingPool& pool, const Clock& clock, Log& log)
      : store_(store), cache_(cache), pool_(pool), clock_(clock), log_(log) {}

  // As store::UserRecords says.
  void find_users(std::string name, store::NameMatch match, std::size_t limit,
                  OnRead<std::vector<User>> done);
  void ban_records(std::size_t limit, std::size_t offset, OnRead<store::BanPage> done);

  // As store::MessageSearch says. What is looked for goes to no log.
  void search_messages(store::MessageQuery query, OnRead<store::MessagePage> done);

  // The sessions of everybody, or of one user, of the last activity_days.
  void session_days(std::optional<UserId> user, OnRead<std::vector<SessionDay>> done);
  void message_counts(OnRead<std::vector<ChannelCount>> done);

 private:
  store::Store& store_;
  cache::MessageCache& cache_;
  BlockingPool& pool_;
  const Clock& clock_;
  Log& log_;
};

}  // namespace chatserver::chat
