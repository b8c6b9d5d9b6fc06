// Older databases are adopted with every row, others are left alone.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/postgres_support.hpp"
#include "store/log_records.hpp"

namespace chatserver::store::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// As an older server made them, which held itself to less.
constexpr const char* older_tables = R"sql(
CREATE SCHEMA chatserver;
SET search_path = chatserver;
CREATE TABLE server_instances (
  id serial PRIMARY KEY, server_id uuid UNIQUE NOT NULL DEFAULT gen_random_uuid(),
  server_name varchar(36) UNIQUE NOT NULL, region text NOT NULL DEFAULT 'x');
CREATE TABLE rate_limiter (
  id serial PRIMARY KEY, owner_id varchar(36) UNIQUE NOT NULL, message_limit int NOT NULL,
  window_seconds int NOT NULL, updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE channels (
  id serial PRIMARY KEY, name varchar(24) UNIQUE NOT NULL, description text, is_private boolean DEFAULT false,
  owner_id varchar(36), sort_order int, created_at timestamptz DEFAULT now());
CREATE TABLE chat_messages (
  id serial PRIMARY KEY, cache_id bigint UNIQUE, owner_id varchar(36) NOT NULL,
  channel varchar(24) NOT NULL REFERENCES channels (name) ON DELETE NO ACTION, message text NOT NULL,
  authored_at timestamp NOT NULL, client_version text NOT NULL,
  search_vector tsvector GENERATED ALWAYS AS (to_tsvector('english', message)) STORED);
CREATE INDEX chat_messages_search ON chat_messages USING gin (search_vector);
CREATE TABLE private_messages (
  id serial PRIMARY KEY, cache_id bigint, owner_id varchar(36) NOT NULL, username varchar(64),
  recipient_id varchar(36) NOT NULL, recipient varchar(64), message text NOT NULL, authored_at timestamptz NOT NULL,
  search_vector tsvector);
CREATE TABLE chat_sessions (
  id serial PRIMARY KEY, owner_id varchar(36) NOT NULL, start_time timestamptz NOT NULL, end_time timestamptz,
  duration interval GENERATED ALWAYS AS (end_time - start_time) STORED);
CREATE TABLE bans (
  id serial PRIMARY KEY, owner_id varchar(36) NOT NULL, banished_id varchar(36) NOT NULL,
  start_time timestamptz NOT NULL, reason varchar(256), end_time timestamptz, duration varchar(20) NOT NULL,
  pardoned boolean DEFAULT false);
)sql";

constexpr const char* older_rows = R"sql(
SET search_path = chatserver;
INSERT INTO server_instances (server_id, server_name) VALUES ('11111111-2222-4333-8444-555555555555', 'old');
INSERT INTO rate_limiter (owner_id, message_limit, window_seconds) VALUES ('default', 7, 70);
INSERT INTO channels (id, name, sort_order) VALUES (5, 'Second', 9), (6, 'General', 2), (7, 'gone', NULL);
INSERT INTO chat_messages (id, cache_id, owner_id, channel, message, authored_at, client_version) VALUES
  (1, 10, 'ada', 'General', 'first', '2020-01-01 12:00:00.000001', '1'),
  (2, NULL, 'bob', 'General', 'second', '2020-01-01 12:00:01', '1'),
  (3, 40, 'eve', 'gone', 'third', '2020-01-01 12:00:02', '1'),
  (4, 30, 'ada', 'Second', 'fourth', '2020-01-01 12:00:03', '1');
INSERT INTO private_messages (cache_id, owner_id, username, recipient_id, recipient, message, authored_at) VALUES
  (3, 'ada', 'ada then', 'bob', 'bob', 'one', '2020-01-01Z'), (3, 'bob', 'bob', 'ada', 'ada then', 'two', '2020-01-02Z'),
  (NULL, 'ada', 'ada now', 'bob', NULL, 'three', '2020-01-03Z');
INSERT INTO chat_sessions (owner_id, start_time, end_time) VALUES ('ada', '2020-01-01Z', '2020-01-01 01:00Z'),
  ('ada', '2020-01-02Z', NULL);
INSERT INTO bans (owner_id, banished_id, start_time, reason, end_time, duration) VALUES
  ('ada', 'eve', '2020-01-01Z', NULL, NULL, 'Permanent'), ('ada', 'bob', '2020-01-01Z', 'r', 'infinity', 'Permanent');
ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_channel_fkey;
DELETE FROM channels WHERE name = 'gone';
ALTER TABLE chat_messages ADD FOREIGN KEY (channel) REFERENCES channels (name) NOT VALID;
)sql";

class PostgresMigrations : public testing::Test {
 protected:
  void make_older_installation() {
    psql().run(older_tables);
    psql().run(older_rows);
  }
  [[nodiscard]] Psql psql() const { return database_.psql(); }
  [[nodiscard]] std::unique_ptr<Store> open() const { return open_or_throw(database_.options()); }

  // Refused by all who look at it, and nothing changed.
  void expect_refused_untouched(OpenFailure reason) {
    constexpr const char* content = R"sql(
      SELECT string_agg(c.relname || coalesce(a.attname, ''), ',' ORDER BY 1)
      FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE relnamespace = 'chatserver'::regnamespace)sql";
    const std::string before = psql().run(content);
    for (const Access access : {Access::server, Access::tool}) {
      const auto store = open_postgres(database_.options(access), silent_log());
      ASSERT_FALSE(store);
      EXPECT_EQ(store.error().reason, reason) << store.error().detail;
    }
    const auto status = migration_status(database_.options());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().reason, reason);
    EXPECT_EQ(psql().run(content), before);
  }

  PostgresDatabase database_;
};

constexpr std::size_t all = 1000;
constexpr CacheId last{std::numeric_limits<std::int64_t>::max()};

TEST_F(PostgresMigrations, MessagesOfAnOlderInstallationAreRenumberedInTheirOrder) {
  make_older_installation();
  const auto store = open();
  const auto messages = store->messages_between(CacheId(0), last, all).messages;
  ASSERT_THAT(messages, SizeIs(4));
  std::vector<std::string> texts;
  for (const Message& message : messages) texts.push_back(message.text);
  EXPECT_THAT(texts, ElementsAre("first", "second", "third", "fourth"));
  EXPECT_GT(messages.front().cache_id, CacheId(40));
  EXPECT_EQ(store->id_marks().messages, messages.back().cache_id);
  EXPECT_EQ(messages.front().authored_at, Timestamp(std::chrono::microseconds(1'577'880'000'000'001)));

  const auto whispers = store->private_messages_between(UserId("ada"), CacheId(0), last, all).messages;
  ASSERT_THAT(whispers, SizeIs(3));
  EXPECT_EQ(whispers.front().text, "one");
  EXPECT_GT(whispers.front().cache_id, CacheId(3));
  EXPECT_EQ(whispers.back().recipient.username, "[Unknown]");
}

TEST_F(PostgresMigrations, NamesOfOlderAuthorsAreTheLatestKnown) {
  make_older_installation();
  const auto store = open();
  const auto messages = store->messages_between(CacheId(0), last, all).messages;
  EXPECT_EQ(messages.at(0).author.username, "ada now");
  EXPECT_EQ(messages.at(1).author.username, "bob");
  EXPECT_EQ(messages.at(2).author.username, "[Unknown]");
  EXPECT_THAT(store->users(),
              testing::UnorderedElementsAre(User{UserId("ada"), "ada now"}, User{UserId("bob"), "bob"}));
}

TEST_F(PostgresMigrations, MessagesOfAGoneChannelAreNotInheritedByItsName) {
  make_older_installation();
  const auto store = open();
  const auto messages = store->messages_between(CacheId(0), last, all).messages;
  EXPECT_EQ(messages.at(0).channel_id, ChannelId(6));
  EXPECT_EQ(messages.at(3).channel_id, ChannelId(5));
  EXPECT_EQ(messages.at(2).channel, "gone");
  const std::string later =
      psql().run("INSERT INTO chatserver.channels (name, sort_order) VALUES ('gone', 3) RETURNING id");
  EXPECT_GT(ChannelId(std::stoll(later)), messages.at(2).channel_id);
}

TEST_F(PostgresMigrations, TheRestOfAnOlderInstallationCarriesOver) {
  make_older_installation();
  const auto store = open();
  EXPECT_EQ(store->server_id(), "11111111-2222-4333-8444-555555555555");
  EXPECT_EQ(store->rate_limit(), (RateLimit{.messages = 7, .window = std::chrono::seconds(70)}));
  const auto channels = store->channels();
  ASSERT_THAT(channels, SizeIs(2));
  EXPECT_EQ(channels.front().name, "General");
  EXPECT_EQ(channels.back().sort_order, 2);
  EXPECT_THAT(store->bans_in_force(Timestamp(std::chrono::hours(1'000'000))), SizeIs(2));
  EXPECT_THAT(store->sessions(UserId("ada")), SizeIs(1));
  EXPECT_EQ(store->end_abandoned_sessions(), 1U);
  EXPECT_THAT(store->sessions(UserId("ada")), SizeIs(2));
  const std::chrono::sys_days first(
      std::chrono::year_month_day(std::chrono::year(2020), std::chrono::January, std::chrono::day(1)));
  EXPECT_THAT(store->session_days(std::nullopt, first),
              ElementsAre(SessionDay{first, 1, std::chrono::hours(1)},
                          SessionDay{first + std::chrono::days(1), 1, std::chrono::hours(0)}));
  EXPECT_THAT(store->message_counts(),
              ElementsAre(ChannelCount{"General", 2}, ChannelCount{"Second", 1}, ChannelCount{"gone", 1}));
}

TEST_F(PostgresMigrations, AnAdoptedDatabaseTakesNewRows) {
  make_older_installation();
  const auto store = open();
  const auto next = store->id_marks().messages.value() + 1;
  auto batch = batch_of(next, 3);
  for (Message& message : batch.messages) message.channel_id = store->channels().front().id;
  batch.messages.front().channel = "a channel that is longer than twenty-four characters";
  store->append(batch);
  EXPECT_EQ(message_count(*store), 7U);
  const Ban ban{
      .id = {}, .owner = UserId("a"), .banished = UserId("b"), .reason = "", .start = {}, .end = {}};
  const auto banned = store->commit(UserBanned{ban}, Timestamp{});
  EXPECT_GT(std::get<UserBanned>(banned.value().change).ban.id, BanId(2));
  store->record_sessions(std::vector{SessionRecord{.owner = UserId("ada"), .start = {}, .end = {}}});
  EXPECT_THAT(store->sessions(UserId("ada")), SizeIs(2));
}

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

TEST_F(PostgresMigrations, MessagesOfAnOlderInstallationAreSearchedByOurRules) {
  make_older_installation();
  psql().run(
      "SET search_path = chatserver; ALTER TABLE chat_messages ALTER search_vector DROP EXPRESSION;"
      "CREATE TRIGGER vectors BEFORE INSERT OR UPDATE ON chat_messages FOR EACH ROW EXECUTE FUNCTION "
      "tsvector_update_trigger(search_vector, 'pg_catalog.english', message)");
  const auto store = open();
  const auto found = [&store](std::string keyword, std::vector<std::string> channels) {
    std::vector<std::string> texts;
    const MessageQuery query{.keyword = std::move(keyword),
                             .channels = std::move(channels),
                             .author = std::nullopt,
                             .before = std::nullopt,
                             .offset = 0,
                             .limit = all};
    for (const Message& message : store->search_messages(query).messages) texts.push_back(message.text);
    return texts;
  };
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(found("FIRST", {}), ElementsAre("first"));
    EXPECT_THAT(found("third", {"gone"}), ElementsAre("third"));
    EXPECT_THAT(found("third", {"General"}), testing::IsEmpty());
    EXPECT_EQ(store->index_messages(all).changed, round == 0 ? 4U : 0U);
  }
}

TEST_F(PostgresMigrations, AMessageIsInNoIndexOfTextWhenItIsAppended) {
  make_older_installation();
  const auto store = open();
  store->append(batch_of(store->id_marks().messages.value() + 1, 3));
  EXPECT_EQ(psql().run("SELECT count(search_vector) FROM chatserver.chat_messages"), "0");
  EXPECT_EQ(psql().run(
                "SELECT count(*) FROM pg_indexes WHERE schemaname = 'chatserver' AND indexdef LIKE '% gin %' "
                "AND indexdef NOT LIKE '%WHERE (search_vector IS NOT NULL)'"),
            "0");
}

TEST_F(PostgresMigrations, IdsThatAscendStayAsTheyAre) {
  psql().run(older_tables);
  psql().run(
      "SET search_path = chatserver; INSERT INTO channels (name) VALUES ('General');"
      "INSERT INTO chat_messages (cache_id, owner_id, channel, message, authored_at, client_version) "
      "VALUES (5, 'ada', 'General', 'm', now(), '1'), (9, 'ada', 'General', 'm', now(), '1')");
  const auto store = open();
  EXPECT_EQ(store->id_marks().messages, CacheId(9));
  EXPECT_EQ(store->messages_between(CacheId(4), CacheId(5), all).messages.size(), 1U);
}

TEST_F(PostgresMigrations, ASchemaWithoutTablesIsFilled) {
  psql().run("CREATE SCHEMA chatserver");
  EXPECT_EQ(message_count(*open()), 0U);
}

TEST_F(PostgresMigrations, AFailureLeavesAnOlderInstallationAsItWas) {
  make_older_installation();
  psql().run("CREATE VIEW chatserver.names AS SELECT channel FROM chatserver.chat_messages");
  const auto store = open_postgres(database_.options(), silent_log());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, OpenFailure::failed) << store.error().detail;
  EXPECT_EQ(psql().run("SELECT to_regclass('chatserver.schema_history')"), "");
  psql().run("DROP VIEW chatserver.names");
  EXPECT_EQ(message_count(*open()), 4U);
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

TEST_F(PostgresMigrations, AnOlderInstallationWithTablesOfOurNamesIsRefused) {
  make_older_installation();
  psql().run("CREATE TABLE chatserver.users (id int)");
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
