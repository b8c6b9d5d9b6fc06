#pragma once

#include <exception>
#include <expected>
#include <filesystem>
#include <optional>

#include "store/sqlite/file_lock.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace chatserver::store::sqlite {

// A database that is there, ours and of this version.
struct ReadyFile {
  std::filesystem::path path;    // absolute
  std::optional<FileLock> lock;  // Access::server
};

// Refuses, creates or migrates.
[[nodiscard]] std::expected<ReadyFile, OpenError> make_ready(const SqliteOptions& options);

// What an exception of opening `path` means to the operator; others pass.
[[nodiscard]] OpenError open_error(const std::filesystem::path& path, std::exception_ptr thrown);

}  // namespace chatserver::store::sqlite
