#include "store/sqlite/database_file.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/directory.hpp"
#include "store/sqlite/migrations.hpp"

namespace chatserver::store::sqlite {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::milliseconds inspection_timeout{1000};

fs::path beside(const fs::path& path, std::string_view suffix) {
  fs::path other = path;
  other += suffix;
  return other;
}

bool has_content(const fs::path& path) {
  std::error_code missing;
  const auto size = fs::file_size(path, missing);
  return !missing && size > 0;
}

std::unexpected<OpenError> refuse(OpenFailure reason, std::string detail) {
  return std::unexpected(OpenError{.reason = reason, .detail = std::move(detail)});
}

// SQLite's way of opening a file without locks, logs or any other trace.
std::string immutable_uri(const fs::path& path) {
  std::string uri = "file:";
  for (const char c : path.string()) {
    if (c == '%') {
      uri += "%25";
    } else if (c == '?') {
      uri += "%3f";
    } else if (c == '#') {
      uri += "%23";
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

void synchronize_directory(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), directory.string());
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (result != 0) throw std::system_error(error, std::generic_category(), directory.string());
}

void remove_database(const fs::path& path) {
  std::error_code ignored;  // what stays is found, and named, by whoever wants its place
  for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(beside(path, suffix), ignored);
}

void build(const fs::path& path, const RateLimit& initial_rate_limit) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), path.string());
  ::close(descriptor);
  {
    // Before the first table, or it would have no effect.
    SQLite::Database empty(path.string(), SQLite::OPEN_READWRITE);
    empty.exec("PRAGMA page_size=4096; PRAGMA auto_vacuum=NONE;");
    empty.exec("PRAGMA application_id=" + std::to_string(application_id));
  }
  Connection connection(path, Mode::read_write, inspection_timeout);
  migrate(connection, migrations());
  seed(connection, initial_rate_limit);
}

}  // namespace

std::expected<int, OpenError> inspect(const fs::path& path) {
  const std::string name = path.string();
  const auto status = fs::status(path);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    return refuse(OpenFailure::foreign, name + " is not a file: set store.url to the file of the database");
  }
  if (!has_content(path)) {
    if (!has_content(beside(path, "-wal"))) return 0;
    return refuse(OpenFailure::failed, "there is no database " + name + ", but its log " + name +
                                           "-wal, which may hold messages: put the database back beside it, "
                                           "or move the log away to begin anew");
  }

  // Ours carries its mark from its first instant in the main file (see create()),
  // so that the log need not be read, which could leave files behind.
  try {
    SQLite::Database main_file(immutable_uri(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    if (main_file.execAndGet("PRAGMA application_id").getInt() != application_id) {
      return refuse(
          OpenFailure::foreign,
          name + " is the database of another program: set store.url to a file of this server's own");
    }
    if (!has_content(beside(path, "-wal"))) return main_file.execAndGet("PRAGMA user_version").getInt();
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() != SQLITE_NOTADB) throw;
    return refuse(OpenFailure::foreign,
                  name + " is not a database: set store.url to a file of this server's own, or move it away");
  }
  SQLite::Database with_log(name, SQLite::OPEN_READONLY, static_cast<int>(inspection_timeout.count()));
  return with_log.execAndGet("PRAGMA user_version").getInt();
}

void create(const fs::path& path, const RateLimit& initial_rate_limit) {
  const fs::path unfinished = beside(path, ".new");
  remove_database(unfinished);
  try {
    build(unfinished, initial_rate_limit);
    remove_database(path);  // an empty file, if any
    fs::rename(unfinished, path);
  } catch (...) {
    remove_database(unfinished);
    throw;
  }
  synchronize_directory(path.parent_path());
}

void make_directories(const fs::path& path) {
  if (path.empty() || fs::is_directory(path)) return;
  make_directories(path.parent_path());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(), path.string());
  }
}

}  // namespace chatserver::store::sqlite
