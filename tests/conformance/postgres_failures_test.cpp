// What the PostgreSQL backend keeps when sessions, commits and servers are lost.
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/postgres_support.hpp"
#include "store/postgres/writer.hpp"

namespace chatserver::store::conformance {
namespace {

using testing::HasSubstr;

constexpr const char* end_sessions =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()";

class PostgresFailures : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open(Access access = Access::server) const {
    return open_or_throw(database_.options(access));
  }
  [[nodiscard]] Psql psql() const { return database_.psql(); }

  PostgresDatabase database_;
};

TEST_F(PostgresFailures, EndedSessionsComeBackByThemselves) {
  const auto store = open();
  store->append(batch_of(1, 1));
  psql().run(end_sessions);
  store->append(batch_of(2, 1));
  psql().run(end_sessions);
  EXPECT_EQ(message_count(*store), 2U);
}

TEST_F(PostgresFailures, ASecondServerIsRefusedUntilTheFirstHasEnded) {
  auto first = open();
  const auto second = open_postgres(database_.options(), silent_log());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, OpenFailure::locked);
  EXPECT_THAT(second.error().detail, HasSubstr("process " + std::to_string(::getpid()) + " "));
  first.reset();
  EXPECT_EQ(message_count(*open()), 0U);
}

TEST_F(PostgresFailures, AToolWorksBesideTheServer) {
  const auto server = open();
  const auto tool = open(Access::tool);
  EXPECT_TRUE(
      tool->add_account({.id = UserId("1"), .username = "ada", .password_hash = "", .created_at = {}}));
  EXPECT_TRUE(server->find_account("ada"));
}

TEST_F(PostgresFailures, NodesShareADatabaseThatAServerWouldHaveAlone) {
  auto first = open(Access::node);
  const auto second = open(Access::node);
  first->append(batch_of(1, 1));
  second->append(batch_of(2, 1));
  EXPECT_EQ(message_count(*first), 2U);
  const auto alone = open_postgres(database_.options(), silent_log());
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().reason, OpenFailure::locked);
  // One of them that comes back finds nothing wrong with the other.
  psql().run(end_sessions);
  first->append(batch_of(3, 1));
  second->append(batch_of(4, 1));
  EXPECT_EQ(message_count(*first), 4U);
}

TEST_F(PostgresFailures, ANodeIsRefusedWhereAServerIsAlone) {
  const auto server = open();
  const auto node = open_postgres(database_.options(Access::node), silent_log());
  ASSERT_FALSE(node);
  EXPECT_EQ(node.error().reason, OpenFailure::locked);
}

// Else the append would write a row that the deletion did not see, and not see its tombstone.
TEST_F(PostgresFailures, ADeletionWaitsForAppendsThatHaveBegun) {
  const auto node = open(Access::node);
  const Message late = batch_of(1, 1).messages.front();
  Psql append = psql();
  append.run("BEGIN; SELECT pg_advisory_xact_lock_shared(1667785076, 3)");
  append.run(
      "INSERT INTO chatserver.chat_messages (cache_id, owner_id, username, channel_id, channel, message, "
      "authored_at, nonce) VALUES (1, 'ada', 'ada', 1, 'General', 'late', now(), '')");
  const Tombstone unwritten{.cache_id = late.cache_id, .channel_id = ChannelId(1)};
  std::thread deletion([&] {
    EXPECT_TRUE(
        node->commit(MessagesDeleted{.ids = {late.cache_id}, .tombstones = {unwritten}}, Timestamp{}));
  });
  const std::string waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'";
  Psql watch = psql();
  while (watch.run(waiting) != "1") std::this_thread::yield();
  append.run("COMMIT");
  deletion.join();
  EXPECT_EQ(message_count(*node), 0U);
}

TEST_F(PostgresFailures, AReplacedServerWritesNoMore) {
  const auto first = open();
  psql().run("UPDATE chatserver.writer SET epoch = epoch + 1");  // as another server would
  psql().run(end_sessions);
  EXPECT_THROW(first->append(batch_of(1, 1)), Unavailable);
  EXPECT_EQ(first->reachable(), false);
  EXPECT_EQ(message_count(*first), 0U);
}

TEST_F(PostgresFailures, AValueThatTheDatabaseRefusesFailsItsOwnCallAlone) {
  const auto store = open();
  psql().run("ALTER TABLE chatserver.chat_messages ADD CHECK (message <> 'secret words')");
  auto bad = batch_of(1, 1);
  bad.messages.front().text = "secret words";
  try {
    store->append(bad);
    ADD_FAILURE() << "it was taken";
  } catch (const Refused& error) {
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("secret words")));
  }
  EXPECT_EQ(store->reachable(), true);
  store->append(batch_of(1, 1));
  EXPECT_EQ(message_count(*store), 1U);
  // Among many, where it may come in another way.
  auto many = batch_of(2, 1'000);
  many.messages.at(500).text = "secret words";
  try {
    store->append(many);
    ADD_FAILURE() << "it was taken";
  } catch (const Unavailable& error) {
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("secret words")));
  }
  EXPECT_EQ(message_count(*store), 1U);
  store->append(batch_of(2, 1'000));
  EXPECT_EQ(message_count(*store), 1'001U);
}

TEST_F(PostgresFailures, WhatStandsInTheWayOfAnyValueRefusesNone) {
  const auto store = open();
  for (const char* const state : {"42703", "42501", "25006", "40P01", "53100", "55P03", "57014"}) {
    psql().run(std::string("CREATE OR REPLACE FUNCTION chatserver.fail() RETURNS trigger AS $$ BEGIN "
                           "RAISE EXCEPTION 'no' USING ERRCODE = '") +
               state +
               "'; END $$ LANGUAGE plpgsql; CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON "
               "chatserver.chat_messages FOR EACH ROW EXECUTE FUNCTION chatserver.fail()");
    try {
      store->append(batch_of(1, 1));
      ADD_FAILURE() << state << " was taken";
    } catch (const Refused&) {
      ADD_FAILURE() << state << " was about the value";
    } catch (const Unavailable&) {
      SUCCEED();
    }
  }
}

TEST_F(PostgresFailures, AFrozenServerIsUnavailableInTimeAndGotOver) {
  open().reset();
  auto options = database_.options();
  options.timeout = std::chrono::seconds(3);
  const auto store = open_or_throw(options);
  store->append(batch_of(1, 1));
  postgres_server().command("freeze");
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THROW(store->append(batch_of(2, 1)), Unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
  postgres_server().command("thaw");
  // Whether the lost one took place or not, its id is given out again.
  auto again = batch_of(2, 1);
  again.messages.front().text = "another";
  for (int attempt = 0;; ++attempt) {
    try {
      store->append(again);
      break;
    } catch (const Unavailable&) {
      ASSERT_LT(attempt, 100);
    }
  }
  const auto messages = store->messages_between(CacheId(1), CacheId(2), 10).messages;
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages.front().text, "another");
  EXPECT_EQ(store->message_counts().front().message_count, 2);
}

// A node that is frozen, say: its lock is let go in the end, and writing goes on.
TEST_F(PostgresFailures, AWriteThatWaitedTooLongForAnotherLeavesTheSessionFitForTheNext) {
  open(Access::node).reset();
  auto options = database_.options(Access::node);
  options.timeout = std::chrono::seconds(3);
  const auto node = open_or_throw(options);
  Psql other = psql();
  other.run("BEGIN; SELECT pg_advisory_xact_lock(1667785076, 3)");
  EXPECT_THROW(node->append(batch_of(1, 1)), Unavailable);
  other.run("COMMIT");
  node->append(batch_of(1, 1));
  EXPECT_EQ(message_count(*node), 1U);
}

TEST_F(PostgresFailures, ATransactionThatACrashHasSwallowedDidNotTakePlace) {
  open().reset();
  const auto target = postgres::Target::parse(database_.options().url);
  ASSERT_TRUE(target);
  postgres::Connection connection(*target, std::chrono::seconds(10));
  connection.connect();
  constexpr std::int64_t never_given_out = std::int64_t{1} << 40U;
  EXPECT_EQ(postgres::fate_of(connection, never_given_out, postgres::Trace::none), postgres::Fate::aborted);
  // The session is as good as before.
  EXPECT_TRUE(connection.run("SELECT 1").next());
}

// Writes, and takes back what was written where that turns out to be needed.
class UnansweredCommit : public PostgresFailures {
 protected:
  [[nodiscard]] std::unique_ptr<postgres::Connection> connected() const {
    auto connection = std::make_unique<postgres::Connection>(postgres::Target::parse(database_.url()).value(),
                                                             std::chrono::seconds(30));
    connection->connect();
    return connection;
  }

  // Takes place, but not before its caller has given up.
  void write_unanswered(postgres::Writer& writer) {
    psql().run(
        "CREATE FUNCTION chatserver.dawdle() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END$$;"
        "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON chatserver.id_marks DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION chatserver.dawdle()");
    Psql holder = psql();
    holder.run("SELECT pg_advisory_lock(4711)");
    writer.set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds(5));
    EXPECT_THROW(
        writer.write([](postgres::Connection& c) { c.run("UPDATE id_marks SET mark = 77 WHERE stream = 1"); },
                     [this](postgres::Connection& c) {
                       undone_ = true;
                       c.run("UPDATE users SET username = ''");
                     }),
        postgres::Failure);
    EXPECT_FALSE(undone_);
    holder.run("SELECT pg_advisory_unlock(4711)");
    while (psql().run("SELECT mark FROM chatserver.id_marks WHERE stream = 1") != "77") {
      std::this_thread::yield();
    }
    writer.set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds(30));
  }

  bool undone_ = false;
};

TEST_F(UnansweredCommit, ANodesAppendWithoutAnswerIsLeftToBeMadeAgain) {
  open(Access::node).reset();
  auto connection = connected();
  postgres::ServerLock lock(postgres::ServerLock::Hold::shared);
  ASSERT_TRUE(lock.take(*connection));
  postgres::Writer writer(std::move(connection), lock);
  write_unanswered(writer);
  writer.check_up();
  EXPECT_FALSE(undone_);
}

TEST_F(UnansweredCommit, ACommitWithoutAnswerIsUndoneBeforeTheNextWrite) {
  open().reset();
  postgres::Writer writer(connected(), std::nullopt);
  write_unanswered(writer);
  writer.check_up();
  EXPECT_TRUE(undone_);
}

}  // namespace
}  // namespace chatserver::store::conformance
