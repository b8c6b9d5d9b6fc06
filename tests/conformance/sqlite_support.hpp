#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

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

inline constexpr RateLimit test_rate_limit{.messages = 3, .window = std::chrono::seconds(7)};

[[nodiscard]] inline SqliteOptions options_for(std::filesystem::path path, Access access = Access::server) {
  return {.path = std::move(path),
          .access = access,
          .pool = 4,
          .timeout = std::chrono::milliseconds(5000),
          .initial_rate_limit = test_rate_limit};
}

[[nodiscard]] inline std::unique_ptr<Store> open_or_throw(const SqliteOptions& options) {
  auto store = open_sqlite(options);
  if (!store) throw std::runtime_error(store.error().detail);
  return std::move(*store);
}

}  // namespace chatserver::store::conformance
