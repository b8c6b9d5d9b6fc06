// Databases of an earlier version of this program are carried over, others are left alone.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/older_postgres.hpp"
#include "store/log_records.hpp"

namespace chatserver::store::conformance {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::size_t all = 1000;

TEST_F(PostgresMigrations, SessionsOfAnyTimeAreAddedUp) {
  const auto store = open();
  psql().run(
      "INSERT INTO chatserver.chat_sessions (owner_id, start_time, end_time) VALUES "
      "('a', '-infinity', 'infinity'), ('b', '1970-01-01Z', 'infinity'), ('c', '1970-01-02Z', "
      "'1970-01-01Z')");
  constexpr std::chrono::sys_days first{};
  EXPECT_THAT(store->session_days(std::nullopt, first),
              ElementsAre(SessionDay{first, 1, std::chrono::seconds(0)},
                          SessionDay{first + std::chrono::days(1), 1, std::chrono::seconds(0)}));
  psql().run(
      "UPDATE chatserver.chat_sessions SET start_time = '1970-01-02Z', end_time = '1970-01-02 00:00:01Z'");
  EXPECT_THAT(store->session_days(std::nullopt, first),
              ElementsAre(SessionDay{first + std::chrono::days(1), 3, std::chrono::seconds(3)}));
}

// Each takes a new database one step back, in this order: to schema 7, 6, 5 and 4.
constexpr const char* without_nodes = R"sql(
SET search_path = chatserver;
CREATE TABLE server_pulse (id integer PRIMARY KEY, alive_at timestamptz NOT NULL);
INSERT INTO server_pulse SELECT 1, max(alive_at) FROM node_pulses;
DROP TABLE node_pulses;
ALTER TABLE chat_sessions DROP COLUMN node;
ALTER TABLE server_instances DROP COLUMN users_issuer, DROP COLUMN log_process, DROP COLUMN log_left_at;
DROP FUNCTION count_sessions CASCADE;
DROP FUNCTION uncount_sessions CASCADE;
DROP FUNCTION session_day, session_length;
DROP TABLE session_days;
ALTER TABLE bans DROP COLUMN pardoned_by, DROP COLUMN pardoned_at;
DROP TABLE secrets;
DELETE FROM schema_history WHERE version > 7;
)sql";
constexpr const char* without_search = R"sql(
SET search_path = chatserver;
DROP TABLE search_progress;
DROP INDEX chat_messages_by_term, deleted_channels_by_name;
DELETE FROM schema_history WHERE version > 6;
)sql";
constexpr const char* without_activity = R"sql(
SET search_path = chatserver;
DROP FUNCTION count_messages CASCADE;
DROP FUNCTION uncount_messages CASCADE;
DROP TABLE server_pulse, message_counts;
DROP INDEX chat_sessions_by_start, chat_sessions_open, users_by_name;
DELETE FROM schema_history WHERE version > 5;
)sql";
constexpr const char* without_changes = R"sql(
SET search_path = chatserver;
DROP TABLE deleted_channels, purges, outbox;
DELETE FROM schema_history WHERE version > 4;
)sql";

TEST_F(PostgresMigrations, ADatabaseOfSchema4CountsItsMessagesAndTakesChanges) {
  open()->append(batch_of(1, 3));
  psql().run(without_nodes);
  psql().run(without_search);
  psql().run(without_activity);
  psql().run(without_changes);
  const auto store = open();
  const Channel general = store->channels().front();
  EXPECT_THAT(store->message_counts(), testing::Contains(testing::Field(&ChannelCount::message_count, 3)));
  const EditChannel renaming{.id = general.id, .name = "renamed", .description = std::nullopt};
  EXPECT_TRUE(store->commit(ChannelsChanged{.edit = renaming, .channels = {}, .purged = {}}, Timestamp{}));
  EXPECT_THAT(store->unapplied_changes(all), SizeIs(1));
}

TEST_F(PostgresMigrations, SessionsOfSchema7EndWhenItsServerWasLastAlive) {
  const SessionRecord session{.owner = UserId("ada"),
                              .start = Timestamp(std::chrono::seconds(1)),
                              .end = Timestamp(std::chrono::seconds(5))};
  {
    const auto store = open();
    store->begin_sessions(std::vector{SessionStart{.owner = session.owner, .start = session.start}});
    store->record_alive(session.end);
  }
  psql().run(without_nodes);
  const auto store = open();
  EXPECT_EQ(store->end_abandoned_sessions(), 1U);
  EXPECT_THAT(store->sessions(session.owner), ElementsAre(session));
}

TEST_F(PostgresMigrations, OfADatabaseOfSchema10NoLogIsKnown) {
  open().reset();
  psql().run(
      "SET search_path = chatserver; ALTER TABLE server_instances DROP COLUMN log_process, DROP COLUMN "
      "log_left_at; DROP TABLE secrets;"
      "DELETE FROM schema_history WHERE version > 10");
  const auto store = open();
  auto& records = dynamic_cast<LogRecords&>(*store);
  EXPECT_EQ(records.log_record(), LogRecord{});
  records.record_log({.process = "one", .left_at = ""});
  EXPECT_EQ(records.log_record().process, "one");
}

TEST_F(PostgresMigrations, ADatabaseOfSchema11TakesSecrets) {
  open().reset();
  psql().run(
      "SET search_path = chatserver; DROP TABLE secrets; DELETE FROM schema_history WHERE version > 11");
  const auto store = open();
  EXPECT_EQ(store->secrets()->secret_version("key"), 0);
  EXPECT_TRUE(store->secrets()->replace_secret("key", 0, "content"));
}

TEST_F(PostgresMigrations, APurgeThatSchema5BeganGoesOn) {
  auto batch = batch_of(1, 3);
  for (Message& message : batch.messages) message.channel_id = ChannelId(70);
  open()->append(batch);
  psql().run(without_nodes);
  psql().run(without_search);
  psql().run(without_activity);
  psql().run(
      "SET search_path = chatserver; INSERT INTO purges VALUES (70);"
      "INSERT INTO deleted_channels VALUES (70, 'gone', true, now())");
  const auto store = open();
  EXPECT_EQ(psql().run("SELECT message_count FROM chatserver.message_counts WHERE channel_id = 70"), "3");
  EXPECT_THAT(store->message_counts(), ElementsAre(ChannelCount{"General", 0}));
  EXPECT_EQ(store->remove_purged(2, Timestamp{}), 2U);
  EXPECT_EQ(psql().run("SELECT message_count FROM chatserver.message_counts WHERE channel_id = 70"), "1");
  EXPECT_EQ(store->remove_purged(2, Timestamp{}), 1U);
  EXPECT_EQ(store->remove_purged(2, Timestamp{}), 0U);
  EXPECT_THAT(store->message_counts(), ElementsAre(ChannelCount{"General", 0}));
}

TEST_F(PostgresMigrations, ASchemaWithoutTablesIsFilled) {
  psql().run("CREATE SCHEMA chatserver");
  EXPECT_EQ(message_count(*open()), 0U);
}

TEST_F(PostgresMigrations, ANewerSchemaIsRefused) {
  open().reset();
  psql().run("INSERT INTO chatserver.schema_history (version, name) VALUES (1000000, 'future')");
  expect_refused_untouched(OpenFailure::newer_version);
}

TEST_F(PostgresMigrations, ASchemaOfSomethingElseIsRefused) {
  psql().run("CREATE SCHEMA chatserver; CREATE TABLE chatserver.channels (id int, title text)");
  expect_refused_untouched(OpenFailure::foreign);
}

TEST_F(PostgresMigrations, StatusLooksWithoutTouching) {
  const auto fresh = migration_status(database_.options());
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->current, 0);
  EXPECT_EQ(fresh->pending.size(), static_cast<std::size_t>(fresh->target));
  EXPECT_EQ(psql().run("SELECT to_regnamespace('chatserver')"), "");
  open().reset();
  EXPECT_THAT(migration_status(database_.options())->pending, testing::IsEmpty());
}

}  // namespace
}  // namespace chatserver::store::conformance
