#pragma once

#include <expected>
#include <filesystem>

#include "model/rate_limit.hpp"
#include "store/sqlite/sqlite_store.hpp"

// What happens to the database file before it is served from.
namespace chatserver::store::sqlite {

// The version of our schema that the file has, 0 when there is no database yet;
// or why it must be left alone. Changes nothing. Throws SQLite::Exception.
[[nodiscard]] std::expected<int, OpenError> inspect(const std::filesystem::path& path);

// Makes a new database, complete or not at all: it is built under another name.
// The caller holds the lock. Throws SQLite::Exception, std::system_error.
void create(const std::filesystem::path& path, const RateLimit& initial_rate_limit);

// Makes the missing directories of `path`, each mode 0700. Throws std::system_error.
void make_directories(const std::filesystem::path& path);

}  // namespace chatserver::store::sqlite
