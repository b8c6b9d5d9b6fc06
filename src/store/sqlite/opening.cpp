#include "store/sqlite/opening.hpp"

#include <exception>
#include <string>
#include <system_error>
#include <utility>

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/migrations.hpp"

namespace chatserver::store::sqlite {
namespace fs = std::filesystem;
namespace {

OpenError sqlite_error(const std::string& name, const SQLite::Exception& error) {
  const std::string why = std::string(": ") + error.what();
  switch (error.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {.reason = OpenFailure::locked,
              .detail = "another program is writing to the database " + name + why};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {.reason = OpenFailure::unwritable,
              .detail = "the database " + name + " cannot be read and written" + why +
                        "; this user needs the right to write to it and to its directory"};
    case SQLITE_FULL:
      return {.reason = OpenFailure::failed, .detail = "no space is left for the database " + name + why};
    case SQLITE_CORRUPT:
      return {.reason = OpenFailure::failed,
              .detail = "the database " + name + " is damaged" + why + "; restore it from a backup"};
    default:
      return {.reason = OpenFailure::failed, .detail = "the database " + name + " cannot be opened" + why};
  }
}

OpenError system_error(const std::string& name, const std::system_error& error) {
  const auto code = error.code();
  const bool denied = code == std::errc::permission_denied || code == std::errc::operation_not_permitted ||
                      code == std::errc::read_only_file_system || code == std::errc::not_a_directory ||
                      code == std::errc::is_a_directory || code == std::errc::too_many_symbolic_link_levels;
  return {.reason = denied ? OpenFailure::unwritable : OpenFailure::failed,
          .detail = "the database " + name + " cannot be opened: " + error.what() +
                    (denied ? "; this user needs the right to write to it and to its directory" : "")};
}

OpenError locked(const fs::path& path, const fs::path& lock) {
  const std::string process = FileLock::holder(lock);
  return {.reason = OpenFailure::locked,
          .detail = "another process" + (process.empty() ? "" : " (" + process + ")") +
                    " serves from the database " + path.string() +
                    ": stop it first, or give this one a server.data_dir of its own"};
}

std::expected<int, OpenError> acceptable_version(const fs::path& path) {
  auto version = inspect(path);
  if (version && *version > schema_version()) {
    return std::unexpected(OpenError{
        .reason = OpenFailure::newer_version,
        .detail = "the database " + path.string() + " has schema " + std::to_string(*version) +
                  ", this release knows " + std::to_string(schema_version()) +
                  ": run the newer release that it was used with, or restore a backup made before"});
  }
  return version;
}

// The same file has the same lock, whatever path led to it.
fs::path resolved(const fs::path& path) {
  return fs::weakly_canonical(fs::absolute(path));
}

std::expected<ReadyFile, OpenError> prepare(const SqliteOptions& options) {
  const fs::path path = resolved(options.path);
  auto version = acceptable_version(path);
  if (!version) return std::unexpected(version.error());
  if (options.access == Access::tool && *version == schema_version())
    return ReadyFile{.path = path, .lock = {}};

  make_directories(path.parent_path());
  fs::path lock_path = path;
  lock_path += ".lock";
  auto lock = FileLock::take(lock_path);
  if (!lock) return std::unexpected(locked(path, lock_path));

  version = acceptable_version(path);  // it may have changed before the lock was ours
  if (!version) return std::unexpected(version.error());
  if (*version == 0) {
    create(path, options.initial_rate_limit);
  } else if (*version < schema_version()) {
    Connection connection(path, Mode::read_write, options.timeout);
    migrate(connection, migrations());
  }
  if (options.access == Access::tool) lock.reset();
  return ReadyFile{.path = path, .lock = std::move(lock)};
}

}  // namespace

OpenError open_error(const fs::path& path, std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const SQLite::Exception& error) {
    return sqlite_error(path.string(), error);
  } catch (const std::system_error& error) {
    return system_error(path.string(), error);
  }
}

std::expected<ReadyFile, OpenError> make_ready(const SqliteOptions& options) {
  try {
    return prepare(options);
  } catch (...) {
    return std::unexpected(open_error(options.path, std::current_exception()));
  }
}

}  // namespace chatserver::store::sqlite

namespace chatserver::store {

std::expected<MigrationStatus, OpenError> migration_status(const std::filesystem::path& path) {
  try {
    const auto version = sqlite::acceptable_version(sqlite::resolved(path));
    if (!version) return std::unexpected(version.error());
    MigrationStatus status{.current = *version, .target = sqlite::schema_version(), .pending = {}};
    for (const auto& migration : sqlite::migrations()) {
      if (migration.number > *version) status.pending.emplace_back(migration.name);
    }
    return status;
  } catch (...) {
    return std::unexpected(sqlite::open_error(path, std::current_exception()));
  }
}

}  // namespace chatserver::store
