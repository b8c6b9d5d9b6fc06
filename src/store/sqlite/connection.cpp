#include "store/sqlite/connection.hpp"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

namespace chatserver::store::sqlite {
namespace {

constexpr const char* common_pragmas =
    "PRAGMA foreign_keys=ON;"
    "PRAGMA trusted_schema=OFF;";
constexpr const char* writer_pragmas =
    "PRAGMA synchronous=FULL;"              // a commit is on the disk when it returns
    "PRAGMA secure_delete=ON;"              // what an admin deletes is not left in free pages
    "PRAGMA journal_size_limit=67108864;";  // bytes the write-ahead log may keep once it is merged

}  // namespace

Connection::Connection(const std::filesystem::path& path, Mode mode, std::chrono::milliseconds busy_timeout)
    : database_(
          path.string(),
          (mode == Mode::read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE) | SQLite::OPEN_NOMUTEX,
          static_cast<int>(busy_timeout.count())) {
  database_.exec(common_pragmas);
  if (mode == Mode::read_only) return;
  // A file that cannot be written is opened for reading instead, silently.
  if (sqlite3_db_readonly(database_.getHandle(), "main") != 0) {
    throw SQLite::Exception("the file cannot be written", SQLITE_READONLY);
  }
  if (database_.execAndGet("PRAGMA journal_mode=WAL").getString() != "wal") {
    throw SQLite::Exception("its file system cannot share memory between processes", SQLITE_IOERR);
  }
  database_.exec(writer_pragmas);
}

void Connection::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

sqlite3_stmt* Connection::prepared(Sql sql) {
  auto& statement = statements_[sql.text];
  if (!statement) {
    sqlite3_stmt* made = nullptr;
    database_.check(
        sqlite3_prepare_v3(database_.getHandle(), sql.text, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr));
    statement.reset(made);
  }
  return statement.get();
}

Query::~Query() {
  // Repeats the error of the last step, which has been thrown already.
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Query::next() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  throw SQLite::Exception(connection_.database_.getHandle(), result);
}

void Query::run() {
  while (next()) {
  }
}

bool Query::is_null(int column) const noexcept {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const noexcept {
  return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const {
  const auto* bytes = sqlite3_column_blob(statement_, column);  // as they are: a NUL ends nothing
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

Timestamp Query::time(int column) const noexcept {
  return Timestamp(std::chrono::microseconds(integer(column)));
}

void Query::bind(int index, std::int64_t value) {
  connection_.database_.check(sqlite3_bind_int64(statement_, index, value));
}

void Query::bind(int index, std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();  // null would bind NULL
  connection_.database_.check(
      sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Snapshot::Snapshot(Connection& connection) : connection_(connection) {
  Query(connection_, "BEGIN").run();
}

Snapshot::~Snapshot() {
  // Nothing was written, so that how it ends makes no difference.
  connection_.database_.tryExec("ROLLBACK");
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  // IMMEDIATE: waits for other writers here, not halfway through.
  Query(connection_, "BEGIN IMMEDIATE").run();
}

Transaction::~Transaction() {
  // Some errors (a full disk) have ended the transaction already.
  if (sqlite3_get_autocommit(connection_.database_.getHandle()) == 0)
    connection_.database_.tryExec("ROLLBACK");
}

void Transaction::commit() {
  Query(connection_, "COMMIT").run();
}

}  // namespace chatserver::store::sqlite
