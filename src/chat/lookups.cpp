#include "chat/lookups.hpp"

#include <utility>

namespace chatserver::chat {

void Lookups::find_users(std::string name, store::NameMatch match, std::size_t limit,
                         OnRead<std::vector<User>> done) {
  const auto read = [this, name = std::move(name), match, limit] {
    return store_.find_users(name, match, limit);
  };
  read_on_pool(pool_, log_, "users not read", read, std::move(done));
}

void Lookups::ban_records(std::size_t limit, std::size_t offset, OnRead<store::BanPage> done) {
  const auto read = [this, limit, offset] { return store_.ban_records(limit, offset); };
  read_on_pool(pool_, log_, "bans not read", read, std::move(done));
}

void Lookups::search_messages(store::MessageQuery query, OnRead<store::MessagePage> done) {
  const auto read = [this, query = std::move(query)]() mutable {
    query.unstored = [this](CacheId before, std::size_t limit) { return cache_.unstored(before, limit); };
    return store_.search_messages(query);
  };
  read_on_pool(pool_, log_, "messages not searched", read, std::move(done));
}

void Lookups::session_days(std::optional<UserId> user, OnRead<std::vector<SessionDay>> done) {
  const auto read = [this, user = std::move(user), from = activity_begin(clock_.utc())] {
    return store_.session_days(user, from);
  };
  read_on_pool(pool_, log_, "activity not read", read, std::move(done));
}

void Lookups::message_counts(OnRead<std::vector<ChannelCount>> done) {
  const auto read = [this] { return store_.message_counts(); };
  read_on_pool(pool_, log_, "activity not read", read, std::move(done));
}

}  // namespace chatserver::chat
