// Which files the SQLite backend opens, which it leaves alone, and who may hold one.
#include "store/sqlite/sqlite_store.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/sqlite_support.hpp"

namespace chatserver::store::conformance {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uid_t nobody = 65534;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Every file below a directory, with its bytes.
std::map<std::string, std::string> files_in(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    files[entry.path().filename().string()] = entry.is_regular_file() ? content_of(entry.path()) : "";
  }
  return files;
}

void run_sql(const fs::path& path, const std::string& sql) {
  SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(sql);
}

// The process as an ordinary user, where it is root; permissions do not bind root.
class OrdinaryUser {
 public:
  OrdinaryUser() : was_root_(::geteuid() == 0) {
    if (was_root_ && ::seteuid(nobody) != 0) throw std::runtime_error("seteuid");
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;
  ~OrdinaryUser() {
    if (was_root_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  bool was_root_;
};

class SqliteStore : public SqliteFixture {
 protected:
  [[nodiscard]] OpenError refusal(const fs::path& path, Access access = Access::server) const {
    auto store = open_sqlite(options_for(path, access));
    if (store) return {.reason = OpenFailure::failed, .detail = "it was opened"};
    EXPECT_THAT(store.error().detail, HasSubstr(path.string()));
    return store.error();
  }
  // Refused by all who look at it, and nothing changed.
  void expect_refused_untouched(OpenFailure reason) const {
    const auto before = files_in(directory());
    EXPECT_EQ(refusal(path()).reason, reason) << refusal(path()).detail;
    EXPECT_EQ(refusal(path(), Access::tool).reason, reason);
    const auto status = migration_status(path());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().reason, reason);
    EXPECT_EQ(files_in(directory()), before);
  }
};

TEST_F(SqliteStore, MakesItsDirectoryAndFilesForItsUserOnly) {
  const fs::path deep = directory() / "a" / "b" / "chat.db";
  const auto store = open_or_throw(options_for(deep));
  store->append(batch_of(1, 1));
  EXPECT_EQ(fs::status(directory() / "a").permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(directory() / "a" / "b").permissions(), fs::perms::owner_all);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(deep.parent_path())) {
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 4U);  // database, log, its index, lock
}

TEST_F(SqliteStore, APathWithOddCharactersIsAPath) {
  const fs::path odd = directory() / "what? 100%25 #1 & 'so'.db";
  open_or_throw(options_for(odd))->append(batch_of(1, 2));
  EXPECT_EQ(message_count(*open_or_throw(options_for(odd))), 2U);
  EXPECT_TRUE(fs::exists(odd));
}

TEST_F(SqliteStore, AnEmptyFileBecomesADatabase) {
  {
    const std::ofstream empty(path());
  }
  EXPECT_EQ(message_count(*open()), 0U);
}

TEST_F(SqliteStore, AnUnfinishedDatabaseIsBegunAnew) {
  std::ofstream(directory() / "chat.db.new") << "left by a process that was killed";
  EXPECT_EQ(message_count(*open()), 0U);
  EXPECT_FALSE(fs::exists(directory() / "chat.db.new"));
}

TEST_F(SqliteStore, ANewerSchemaIsRefused) {
  open().reset();
  run_sql(path(), "PRAGMA user_version=1000000; CREATE TABLE of_the_future (x)");
  expect_refused_untouched(OpenFailure::newer_version);
  EXPECT_THAT(refusal(path()).detail, HasSubstr("1000000"));
}

TEST_F(SqliteStore, ANewerSchemaThatIsStillInTheLogIsRefused) {
  const fs::path elsewhere = directory() / "source.db";
  open_or_throw(options_for(elsewhere)).reset();
  {
    SQLite::Database newer(elsewhere.string(), SQLite::OPEN_READWRITE);
    newer.exec("PRAGMA user_version=1000000");
    fs::copy_file(elsewhere, path());  // as after a crash: the log is not merged yet
    fs::copy_file(elsewhere.string() + "-wal", path().string() + "-wal");
  }
  const auto before = content_of(path());
  const auto log_before = content_of(path().string() + "-wal");
  EXPECT_EQ(refusal(path()).reason, OpenFailure::newer_version);
  EXPECT_EQ(content_of(path()), before);
  EXPECT_EQ(content_of(path().string() + "-wal"), log_before);
}

TEST_F(SqliteStore, ADatabaseOfSomethingElseIsRefused) {
  run_sql(path(), "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')");
  expect_refused_untouched(OpenFailure::foreign);
}

TEST_F(SqliteStore, AnotherApplicationIdIsRefused) {
  open().reset();
  run_sql(path(), "PRAGMA application_id=42");
  expect_refused_untouched(OpenFailure::foreign);
}

TEST_F(SqliteStore, ATextFileIsRefused) {
  std::ofstream(path()) << "Dear diary,\n";
  expect_refused_untouched(OpenFailure::foreign);
  std::ofstream(path()) << std::string(10'000, 'a');
  expect_refused_untouched(OpenFailure::foreign);
}

TEST_F(SqliteStore, ADirectoryIsRefused) {
  fs::create_directory(path());
  expect_refused_untouched(OpenFailure::foreign);
}

TEST_F(SqliteStore, APipeIsRefusedWithoutWaitingForIt) {
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  expect_refused_untouched(OpenFailure::foreign);
}

TEST_F(SqliteStore, ALogWithoutItsDatabaseIsNotOverwritten) {
  std::ofstream(path().string() + "-wal") << "frames";
  expect_refused_untouched(OpenFailure::failed);
}

TEST_F(SqliteStore, ADirectoryThatCannotBeWrittenIsRefused) {
  open().reset();
  fs::remove(path().string() + ".lock");
  fs::permissions(path(), static_cast<fs::perms>(0444));
  fs::permissions(directory(), static_cast<fs::perms>(0555));
  const auto before = files_in(directory());
  {
    const OrdinaryUser user;
    EXPECT_EQ(refusal(path()).reason, OpenFailure::unwritable) << refusal(path()).detail;
    EXPECT_EQ(refusal(directory() / "other.db").reason, OpenFailure::unwritable);
    EXPECT_EQ(refusal(directory() / "below" / "other.db").reason, OpenFailure::unwritable);
  }
  EXPECT_EQ(files_in(directory()), before);
  fs::permissions(directory(), fs::perms::owner_all);
}

TEST_F(SqliteStore, AFileThatCannotBeWrittenIsRefused) {
  open().reset();
  fs::permissions(path(), static_cast<fs::perms>(0444));
  fs::permissions(path().string() + ".lock", static_cast<fs::perms>(0666));
  fs::permissions(directory(), static_cast<fs::perms>(0777));
  const auto before = content_of(path());
  {
    const OrdinaryUser user;
    EXPECT_EQ(refusal(path()).reason, OpenFailure::unwritable) << refusal(path()).detail;
  }
  EXPECT_EQ(content_of(path()), before);
}

TEST_F(SqliteStore, ASecondServerIsToldWhoHoldsTheDatabase) {
  auto first = open();
  const auto error = refusal(path());
  EXPECT_EQ(error.reason, OpenFailure::locked);
  EXPECT_THAT(error.detail, HasSubstr("(" + std::to_string(::getpid()) + ")"));

  fs::create_symlink(path(), directory() / "other-name.db");
  EXPECT_FALSE(open_sqlite(options_for(directory() / "other-name.db")));

  first.reset();
  EXPECT_EQ(message_count(*open()), 0U);
}

TEST_F(SqliteStore, AToolWorksBesideTheServer) {
  const auto server = open();
  const auto tool = open(Access::tool);
  EXPECT_TRUE(
      tool->add_account({.id = UserId("1"), .username = "ada", .password_hash = "", .created_at = {}}));
  EXPECT_TRUE(server->find_account("ada"));
  server->append(batch_of(1, 1));
  EXPECT_EQ(message_count(*tool), 1U);
}

TEST_F(SqliteStore, AToolMakesTheDatabaseAndLetsGoOfIt) {
  const auto tool = open(Access::tool);
  const auto server = open();
  EXPECT_EQ(server->rate_limit(), test_rate_limit);
}

TEST_F(SqliteStore, AnExistingDatabaseKeepsItsRateLimit) {
  open().reset();
  auto options = options_for(path());
  options.initial_rate_limit = {.messages = 1000, .window = std::chrono::seconds(1000)};
  EXPECT_EQ(open_or_throw(options)->rate_limit(), test_rate_limit);
}

TEST_F(SqliteStore, MigrationStatusLooksWithoutTouching) {
  const auto fresh = migration_status(path());
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->current, 0);
  EXPECT_EQ(fresh->pending.size(), static_cast<std::size_t>(fresh->target));
  EXPECT_THAT(files_in(directory()), IsEmpty());

  open().reset();
  const auto before = files_in(directory());
  const auto current = migration_status(path());
  ASSERT_TRUE(current);
  EXPECT_EQ(current->current, current->target);
  EXPECT_THAT(current->pending, IsEmpty());
  EXPECT_EQ(files_in(directory()), before);
}

}  // namespace
}  // namespace chatserver::store::conformance
