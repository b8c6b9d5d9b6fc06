// What only the SQLite backend promises: which files it opens and which it
// leaves alone, and what it keeps when the process or the disk gives out.
#include "store/sqlite/sqlite_store.hpp"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <string>

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/sqlite_support.hpp"

namespace chatserver::store::conformance {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr CacheId newest{std::numeric_limits<std::int64_t>::max()};
constexpr uid_t nobody = 65534;

Batch batch_of(std::int64_t first, std::int64_t count, std::size_t text_bytes = 20) {
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

std::size_t message_count(Store& store) {
  return store.messages_between(CacheId(0), newest, std::numeric_limits<std::size_t>::max() - 1)
      .messages.size();
}

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

class SqliteStore : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open(Access access = Access::server) const {
    return open_or_throw(options_for(path(), access));
  }
  [[nodiscard]] OpenError refusal(const fs::path& path, Access access = Access::server) const {
    auto store = open_sqlite(options_for(path, access));
    if (store) return {.reason = OpenFailure::failed, .detail = "it was opened"};
    EXPECT_THAT(store.error().detail, HasSubstr(path.string()));
    return store.error();
  }
  // Refused by all who look at it, and nothing changed.
  void expect_refused_untouched(OpenFailure reason) const {
    const auto before = files_in(directory_.path());
    EXPECT_EQ(refusal(path()).reason, reason) << refusal(path()).detail;
    EXPECT_EQ(refusal(path(), Access::tool).reason, reason);
    const auto status = migration_status(path());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().reason, reason);
    EXPECT_EQ(files_in(directory_.path()), before);
  }

  [[nodiscard]] const fs::path& directory() const { return directory_.path(); }
  [[nodiscard]] fs::path path() const { return directory_.path() / "chat.db"; }

 private:
  TemporaryDirectory directory_;
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

// Appends until it is killed, and writes each id to `acknowledged` once it is durable.
[[noreturn]] void append_until_killed(const SqliteOptions& options, std::int64_t first, int acknowledged) {
  const auto store = open_or_throw(options);
  for (auto id = first;; ++id) {
    store->append(batch_of(id, 1, 500));
    if (::write(acknowledged, &id, sizeof id) != sizeof id) ::_exit(1);
  }
}

TEST_F(SqliteStore, WhatWasAcknowledgedIsThereAfterTheProcessIsKilled) {
  std::int64_t last = 0;
  for (int round = 1; round <= 5; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) append_until_killed(options_for(path()), last + 1, ends[1]);
    ::close(ends[1]);
    const auto enough = last + 25 * round;
    std::int64_t id = 0;
    while (id < enough && ::read(ends[0], &id, sizeof id) == sizeof id) last = id;
    EXPECT_EQ(::kill(child, SIGKILL), 0);
    while (::read(ends[0], &id, sizeof id) == sizeof id) last = id;  // acknowledged before it died
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_GE(last, enough);

    const auto store = open();  // the lock died with the process
    const auto there = static_cast<std::int64_t>(message_count(*store));
    EXPECT_GE(there, last);
    EXPECT_LE(there, last + 1);  // one may have been durable and not yet acknowledged
    EXPECT_EQ(store->id_marks().messages, CacheId(there));
    last = there;
  }
}

// Appends until the database refuses; returns the last id that was taken.
std::int64_t append_until_full(Store& store) {
  for (std::int64_t id = 1; id < 100'000; id += 10) {
    try {
      store.append(batch_of(id, 10, 1000));
    } catch (const Unavailable& error) {
      EXPECT_THAT(error.what(), testing::Not(HasSubstr("xxx")));
      return id - 1;
    }
  }
  ADD_FAILURE() << "the disk never filled up";
  return 0;
}

void expect_usable_once_there_is_space(Store& store, std::int64_t last,
                                       const std::function<void()>& make_space) {
  EXPECT_GT(last, 0);
  EXPECT_EQ(message_count(store), static_cast<std::size_t>(last));
  EXPECT_THROW(store.append(batch_of(last + 1, 10, 1000)), Unavailable);
  EXPECT_EQ(store.id_marks().messages, CacheId(last));
  make_space();
  store.append(batch_of(last + 1, 10, 1000));
  EXPECT_EQ(message_count(store), static_cast<std::size_t>(last + 10));
}

TEST_F(SqliteStore, AFullDiskIsReportedAndGotOver) {
  if (::mount("tmpfs", directory().c_str(), "tmpfs", 0, "size=2m") != 0) {
    GTEST_SKIP() << "needs the right to mount a small file system";
  }
  const fs::path filler = directory() / "filler";
  std::ofstream(filler) << std::string(1'000'000, 'f');
  {
    const auto store = open();
    const auto last = append_until_full(*store);
    expect_usable_once_there_is_space(*store, last, [&] { fs::remove(filler); });
  }
  EXPECT_EQ(::umount(directory().c_str()), 0);
}

TEST_F(SqliteStore, AWriteErrorIsReportedAndGotOver) {
  auto* const before = ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit usual = limit;
  const auto store = open();
  limit.rlim_cur = 500'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto last = append_until_full(*store);
  expect_usable_once_there_is_space(*store, last, [&] { ::setrlimit(RLIMIT_FSIZE, &usual); });
  ::setrlimit(RLIMIT_FSIZE, &usual);
  ::signal(SIGXFSZ, before);
}

TEST_F(SqliteStore, AnotherWriterIsWaitedForThenReported) {
  auto options = options_for(path());
  options.timeout = std::chrono::milliseconds(50);
  const auto store = open_or_throw(options);
  SQLite::Database other(path().string(), SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");
  EXPECT_THROW(store->append(batch_of(1, 1)), Unavailable);
  EXPECT_EQ(message_count(*store), 0U);  // reads go on
  other.exec("ROLLBACK");
  store->append(batch_of(1, 1));
  EXPECT_EQ(message_count(*store), 1U);
}

}  // namespace
}  // namespace chatserver::store::conformance
