#pragma once

#include <algorithm>
#include <atomic>
#include <expected>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/store.hpp"

// What every backend of the Store port promises. A backend joins with
//   INSTANTIATE_TEST_SUITE_P(Name, StoreConformance, testing::Values(backend), backend_name);
namespace chatserver::store::conformance {

// A database of one test.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  // Opens it, the first time anew. At most one store of it is open at a time.
  [[nodiscard]] virtual std::unique_ptr<Store> open() = 0;
  // As another client of it: what the port has no verb for.
  virtual void run(const std::string& sql) = 0;
};

struct StoreBackend {
  std::string name;
  RateLimit initial_rate_limit;  // what its databases begin with
  std::function<std::unique_ptr<Database>()> make;
};

inline void PrintTo(const StoreBackend& backend, std::ostream* out) {
  *out << backend.name;
}
inline std::string backend_name(const testing::TestParamInfo<StoreBackend>& backend) {
  return backend.param.name;
}

inline constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
inline constexpr CacheId newest{std::numeric_limits<std::int64_t>::max()};

// 2026-01-01 00:00:00 UTC and some seconds.
[[nodiscard]] inline Timestamp at(std::int64_t seconds, std::int64_t microseconds = 0) {
  return Timestamp(std::chrono::seconds(1767225600 + seconds) + std::chrono::microseconds(microseconds));
}

[[nodiscard]] inline User user(std::string_view id) {
  return {.id = UserId(std::string(id)), .username = "name of " + std::string(id)};
}

template <class AnyMessage>
[[nodiscard]] std::vector<std::int64_t> ids(const std::vector<AnyMessage>& messages) {
  std::vector<std::int64_t> all;
  for (const auto& message : messages) all.push_back(message.cache_id.value());
  return all;
}

class StoreConformance : public testing::TestWithParam<StoreBackend> {
 protected:
  StoreConformance() : database_(GetParam().make()) { reopen(); }

  void reopen() {
    store_.reset();
    store_ = database_->open();
    general_ = store_->channels().front();
  }

  [[nodiscard]] Store& store() { return *store_; }
  void run_sql(const std::string& sql) { database_->run(sql); }

  [[nodiscard]] Message message(std::int64_t id, std::string nonce = "",
                                std::string_view author = "ada") const {
    return {.cache_id = CacheId(id),
            .author = user(author),
            .channel_id = general_.id,
            .channel = general_.name,
            .text = "text " + std::to_string(id),
            .authored_at = at(id, id),
            .nonce = std::move(nonce)};
  }
  [[nodiscard]] static PrivateMessage whisper(std::int64_t id, std::string_view from, std::string_view to,
                                              std::string nonce = "") {
    return {.cache_id = CacheId(id),
            .author = user(from),
            .recipient = user(to),
            .text = "whisper " + std::to_string(id),
            .authored_at = at(id, id),
            .nonce = std::move(nonce)};
  }

  void append(std::vector<Message> messages, std::vector<PrivateMessage> whispers = {}) {
    store().append({.messages = std::move(messages), .private_messages = std::move(whispers)});
  }
  void append_messages(std::int64_t first, std::int64_t last) {
    Batch batch;
    for (auto id = first; id <= last; ++id) batch.messages.push_back(message(id));
    store().append(batch);
  }
  std::vector<Tombstone> delete_messages(const std::vector<std::int64_t>& which) {
    std::vector<CacheId> cache_ids;
    for (const auto id : which) cache_ids.emplace_back(id);
    const auto committed = store().commit(MessagesDeleted{.ids = cache_ids, .tombstones = {}}, at(100));
    return committed ? std::get<MessagesDeleted>(committed->change).tombstones : std::vector<Tombstone>{};
  }
  std::expected<CommittedChange, ChangeRefusal> edit(ChannelEdit what) {
    return store().commit(ChannelsChanged{.edit = std::move(what), .channels = {}, .purged = {}}, at(100));
  }
  ChannelId create(const std::string& name) {
    const auto committed = edit(CreateChannel{.name = name, .description = std::nullopt});
    return std::get<ChannelsChanged>(committed.value().change).channels.back().id;
  }
  Ban add_ban(const Ban& ban) {
    return std::get<UserBanned>(store().commit(UserBanned{ban}, at(100)).value().change).ban;
  }
  [[nodiscard]] std::vector<Message> all_messages() {
    return store().messages_between(CacheId(0), newest, no_limit).messages;
  }
  [[nodiscard]] std::vector<PrivateMessage> all_whispers_of(std::string_view who) {
    return store().private_messages_between(user(who).id, CacheId(0), newest, no_limit).messages;
  }

  Channel general_;

 private:
  std::unique_ptr<Database> database_;
  std::unique_ptr<Store> store_;
};

}  // namespace chatserver::store::conformance

// The suite itself, one topic a file.
#include "conformance/store_accounts.hpp"
#include "conformance/store_activity.hpp"
#include "conformance/store_changes.hpp"
#include "conformance/store_channels.hpp"
#include "conformance/store_directory.hpp"
#include "conformance/store_links.hpp"
#include "conformance/store_logins.hpp"
#include "conformance/store_many_messages.hpp"
#include "conformance/store_messages.hpp"
#include "conformance/store_nonces.hpp"
#include "conformance/store_search.hpp"
#include "conformance/store_search_index.hpp"
#include "conformance/store_search_pages.hpp"
#include "conformance/store_tokens.hpp"
#include "conformance/store_user_records.hpp"
