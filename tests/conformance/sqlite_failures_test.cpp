// What the SQLite backend keeps when the process or the disk gives out.
#include <fstream>
#include <functional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/sqlite_support.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace chatserver::store::conformance {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SqliteFailures : public SqliteFixture {};

// Appends until it is killed, and writes each id to `acknowledged` once it is durable.
[[noreturn]] void append_until_killed(const SqliteOptions& options, std::int64_t first, int acknowledged) {
  const auto store = open_or_throw(options);
  for (auto id = first;; ++id) {
    store->append(batch_of(id, 1, 500));
    if (::write(acknowledged, &id, sizeof id) != sizeof id) ::_exit(1);
  }
}

TEST_F(SqliteFailures, WhatWasAcknowledgedIsThereAfterTheProcessIsKilled) {
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

TEST_F(SqliteFailures, AFullDiskIsReportedAndGotOver) {
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

TEST_F(SqliteFailures, AWriteErrorIsReportedAndGotOver) {
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

TEST_F(SqliteFailures, AnotherWriterIsWaitedForThenReported) {
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
