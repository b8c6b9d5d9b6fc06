#include "store/sqlite/migrations.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <gtest/gtest.h>

namespace chatserver::store::sqlite {
namespace {

// An empty database file of one test.
class Migrations : public testing::Test {
 protected:
  Migrations() {
    std::string name = (std::filesystem::temp_directory_path() / "chatserver-migrations-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = name;
    const SQLite::Database created(path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  }
  ~Migrations() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  [[nodiscard]] std::filesystem::path path() const { return directory_ / "test.db"; }
  [[nodiscard]] std::int64_t number(const char* sql) const {
    return SQLite::Database(path().string()).execAndGet(sql).getInt64();
  }

 private:
  std::filesystem::path directory_;
};

constexpr std::array steps{
    Migration{.number = 1, .name = "one", .sql = "CREATE TABLE t (x); INSERT INTO t VALUES (1)"},
    Migration{.number = 2, .name = "two", .sql = "INSERT INTO t VALUES (2)"},
};

TEST(MigrationsOfThisProgram, AreNumberedWithoutHoles) {
  int expected = 1;
  for (const Migration& migration : migrations()) EXPECT_EQ(migration.number, expected++);
  EXPECT_EQ(schema_version(), expected - 1);
}

TEST_F(Migrations, EachRunsOnceInOrder) {
  Connection connection(path(), Mode::read_write, std::chrono::seconds(1));
  migrate(connection, std::span(steps).first(1));
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  migrate(connection, steps);
  migrate(connection, steps);
  EXPECT_EQ(number("PRAGMA user_version"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 2);
}

TEST_F(Migrations, OneThatFailsLeavesTheVersionBeforeIt) {
  constexpr std::array failing{
      steps[0],
      Migration{
          .number = 2, .name = "two", .sql = "INSERT INTO t VALUES (2); INSERT INTO missing VALUES (1)"},
  };
  Connection connection(path(), Mode::read_write, std::chrono::seconds(1));
  EXPECT_THROW(migrate(connection, failing), SQLite::Exception);
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
  migrate(connection, steps);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 2);
}

TEST_F(Migrations, TheSchemaIsMadeOfThemAll) {
  Connection connection(path(), Mode::read_write, std::chrono::seconds(1));
  migrate(connection, migrations());
  EXPECT_EQ(number("PRAGMA user_version"), schema_version());
}

TEST_F(Migrations, AccountsOfTheFirstSchemaStayAsTheyAre) {
  Connection connection(path(), Mode::read_write, std::chrono::seconds(1));
  migrate(connection, migrations().first(1));
  connection.execute("INSERT INTO accounts VALUES ('id-1', 'ada', 'hash', 1, 0, 17)");
  migrate(connection, migrations());
  EXPECT_EQ(number("SELECT count(*) FROM accounts WHERE admin = 1 AND created_at = 17 AND valid_from = 0"),
            1);
}

TEST_F(Migrations, WhatIsBeingPurgedIsCountedUntilItIsRemoved) {
  Connection connection(path(), Mode::read_write, std::chrono::seconds(1));
  migrate(connection, migrations().first(3));
  connection.execute(
      "INSERT INTO deleted_channels VALUES (7, 'x', 1, 0); INSERT INTO purges VALUES (7);"
      "INSERT INTO outbox (change, committed_at) VALUES ('{}', 0);"
      "INSERT INTO chat_messages VALUES (1, 'ada', 'ada', 7, 'x', 'm', 0, ''), (2, 'ada', 'ada', 7, 'x', "
      "'m', 0, '')");
  migrate(connection, migrations());
  EXPECT_EQ(number("SELECT count(*) FROM deleted_channels, purges, outbox"), 1);
  EXPECT_EQ(number("SELECT message_count FROM message_counts WHERE channel_id = 7"), 2);
  connection.execute("DELETE FROM chat_messages WHERE cache_id = 1");
  EXPECT_EQ(number("SELECT message_count FROM message_counts WHERE channel_id = 7"), 1);
}

TEST_F(Migrations, SessionsAndMessagesFromBeforeAreCounted) {
  Connection connection(path(), Mode::read_write, std::chrono::seconds(1));
  migrate(connection, migrations().first(2));
  connection.execute(
      "INSERT INTO chat_sessions VALUES (3, 'ada', 17, 19), (4, 'bob', 18, 118), (5, 'bob', 86400000000, "
      "86400000000);"
      "INSERT INTO chat_messages VALUES (1, 'ada', 'ada', 7, 'x', 'm', 0, ''), (2, 'ada', 'ada', 7, 'x', "
      "'m', 0, '')");
  migrate(connection, migrations());
  EXPECT_EQ(number("SELECT count(*) FROM chat_sessions WHERE id = 3 AND start_time = 17 AND end_time = 19"),
            1);
  EXPECT_EQ(number("SELECT message_count FROM message_counts WHERE channel_id = 7"), 2);
  EXPECT_EQ(number("SELECT duration FROM session_days WHERE day = 0 AND session_count = 2"), 102);
  EXPECT_EQ(number("SELECT duration FROM session_days WHERE day = 1 AND session_count = 1"), 0);
}

}  // namespace
}  // namespace chatserver::store::sqlite
