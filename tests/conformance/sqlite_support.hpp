#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "store/sqlite/sqlite_store.hpp"

namespace chatserver::store::conformance {

// A directory of one test, removed with all in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "chatserver-store-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Long, since much is slow under a sanitizer on a busy machine; tests of time-outs have their own.
inline constexpr std::chrono::milliseconds store_timeout{30'000};
inline constexpr RateLimit test_rate_limit{.messages = 3, .window = std::chrono::seconds(7)};

[[nodiscard]] inline SqliteOptions options_for(std::filesystem::path path, Access access = Access::server) {
  return {.path = std::move(path),
          .access = access,
          .pool = 4,
          .timeout = store_timeout,
          .initial_rate_limit = test_rate_limit};
}

[[nodiscard]] inline std::unique_ptr<Store> open_or_throw(const SqliteOptions& options) {
  auto store = open_sqlite(options);
  if (!store) throw std::runtime_error(store.error().detail);
  return std::move(*store);
}

// Messages of consecutive ids, each with a nonce.
[[nodiscard]] inline Batch batch_of(std::int64_t first, std::int64_t count, std::size_t text_bytes = 20) {
  Batch batch;
  for (auto id = first; id < first + count; ++id) {
    batch.messages.push_back({.cache_id = CacheId(id),
                              .author = {.id = UserId("1"), .username = "ada"},
                              .channel_id = ChannelId(1),
                              .channel = "General",
                              .text = std::string(text_bytes, 'x'),
                              .authored_at = Timestamp(std::chrono::seconds(id)),
                              .nonce = "n" + std::to_string(id)});
  }
  return batch;
}

[[nodiscard]] inline std::size_t message_count(Store& store) {
  return store
      .messages_between(CacheId(0), CacheId(std::numeric_limits<std::int64_t>::max()),
                        std::numeric_limits<std::size_t>::max())
      .messages.size();
}

// A directory for databases, and the one that most tests use.
class SqliteFixture : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open(Access access = Access::server) const {
    return open_or_throw(options_for(path(), access));
  }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "chat.db"; }

 private:
  TemporaryDirectory directory_;
};

}  // namespace chatserver::store::conformance
