// That no query of the PostgreSQL backend reads a whole table of messages or sessions, at a size where it
// would be felt.
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "conformance/postgres_support.hpp"
#include "search/analyzer.hpp"

namespace chatserver::store::conformance {
namespace {

constexpr std::int64_t count = 1'000'000;
// The server plans a statement anew five times, then for good.
constexpr int rounds = 8;

// All are indexed for searches, but for the last few.
constexpr std::int64_t indexed = count - 200;

constexpr const char* make_messages = R"sql(
  SET search_path = chatserver; SET maintenance_work_mem = '256MB'; SET synchronous_commit = off;
  DROP INDEX chat_messages_by_term;
  INSERT INTO chat_messages (cache_id, owner_id, username, channel_id, channel, message, authored_at, search_vector)
  SELECT i, 'user ' || i % 1000, 'u', 1, 'General', 'message word' || i % 5000, now(),
         CASE WHEN i <= 999800 THEN array_to_tsvector(ARRAY['_c1', 'word' || i % 5000, '_b12.' || (i >> 12),
           '_b15.' || (i >> 15), '_b18.' || (i >> 18), '_b21.' || (i >> 21), '_b24.' || (i >> 24)]) END
  FROM generate_series(1, 1000000) AS i;
  CREATE INDEX chat_messages_by_term ON chat_messages USING gin (search_vector) WHERE search_vector IS NOT NULL;
  INSERT INTO private_messages (cache_id, owner_id, username, recipient_id, recipient, message, authored_at)
  SELECT i, 'user ' || i % 1000, 'u', 'user ' || (i + 1) % 1000, 'u', 'm', now()
  FROM generate_series(1, 1000000) AS i;
  INSERT INTO chat_sessions (owner_id, start_time, end_time)
  SELECT 'user ' || i % 1000, timestamptz '2026-01-01Z' + i * interval '1 s', timestamptz '2026-01-02Z' + i * interval '1 s'
  FROM generate_series(0, 604799) AS i;
  UPDATE id_marks SET mark = 1000000)sql";

constexpr const char* scans =
    "SELECT sum(seq_scan) || ' scans, ' || sum(seq_tup_read) || ' rows' FROM pg_stat_user_tables "
    "WHERE relname IN ('chat_messages', 'private_messages', 'chat_sessions')";
constexpr const char* index_rows =
    "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE indexrelname <> 'chat_messages_by_term' AND "
    "relname IN ('chat_messages', 'private_messages', 'chat_sessions')";

PrivateMessage whisper(std::int64_t id) {
  return {.cache_id = CacheId(id), .author = {}, .recipient = {}, .text = "", .authored_at = {}, .nonce = ""};
}

MessageQuery search_for(std::optional<std::string> keyword) {
  return {.keyword = std::move(keyword),
          .channels = {},
          .author = std::nullopt,
          .before = std::nullopt,
          .offset = 0,
          .limit = 10};
}

// Filling a database takes much longer than copying it.
const PostgresDatabase& full_database() {
  static const auto full = [] {
    auto database = std::make_unique<PostgresDatabase>();
    open_or_throw(database->options()).reset();  // makes the tables
    Psql psql = database->psql();
    psql.run(make_messages);
    psql.run("UPDATE search_progress SET analysis = '" + search::analysis_version() +
             "', indexed_up_to = " + std::to_string(indexed));
    psql.run("VACUUM ANALYZE");
    return database;
  }();
  return *full;
}

class PostgresPlans : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open() const { return open_or_throw(database_->options()); }

  // As of now, once every session has ended: they tell then what they did.
  std::string read_of(const char* what) {
    while (psql_.run("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") != "1") {
      std::this_thread::yield();
    }
    return psql_.run(std::string("SELECT pg_stat_force_next_flush();") + what);
  }

  const std::unique_ptr<PostgresDatabase> database_ = PostgresDatabase::like(full_database());
  Psql psql_ = database_->psql();
};

void read_messages(Store& store) {
  const UserId user("user 7");
  EXPECT_EQ(store.messages_between(CacheId(0), CacheId(count), 500).messages.size(), 500U);
  EXPECT_EQ(store.messages_between(CacheId(count - 10), CacheId(count), 500).messages.size(), 10U);
  EXPECT_EQ(store.history(ChannelId(1), CacheId(count / 2), 50).messages.size(), 50U);
  EXPECT_TRUE(store.history(ChannelId(99), std::nullopt, 50).messages.empty());
  EXPECT_EQ(store.private_messages_between(user, CacheId(0), CacheId(count), 100).messages.size(), 100U);
  EXPECT_EQ(store.private_history(user, UserId("user 8"), std::nullopt, 50).messages.size(), 50U);
  EXPECT_EQ(store.private_history(user, std::nullopt, std::nullopt, 50).messages.size(), 50U);
  EXPECT_FALSE(store.find_nonce(user, "nonce", Timestamp{}));
  EXPECT_EQ(store.id_marks().messages, CacheId(count));
  EXPECT_FALSE(store.message_counts().empty());
}

TEST_F(PostgresPlans, ReadingMessages) {
  const std::string before = read_of(scans);
  const auto rows_before = std::stoll(read_of(index_rows));
  {
    const auto store = open();
    for (int round = 0; round < rounds; ++round) read_messages(*store);
  }
  EXPECT_EQ(read_of(scans), before);
  EXPECT_LT(std::stoll(read_of(index_rows)) - rows_before, 15'000);

  psql_.run("SELECT count(*) FROM chatserver.chat_messages WHERE message LIKE '%7'");  // what would be seen
  EXPECT_NE(read_of(scans), before);
}

constexpr std::chrono::sys_days first_day = std::chrono::year(2026) / std::chrono::January / 1;

void record_and_add_up_sessions(Store& store, int round) {
  const SessionRecord now{.owner = UserId("user 7"),
                          .start = Timestamp(first_day) + std::chrono::milliseconds(round),
                          .end = Timestamp(first_day) + std::chrono::seconds(1)};
  store.begin_sessions(std::vector{SessionStart{.owner = now.owner, .start = now.start}});
  store.record_sessions(std::vector{now});
  const auto days = store.session_days(std::nullopt, first_day);
  ASSERT_EQ(days.size(), 7U);
  EXPECT_EQ(days.front().session_count, 86'400 + round);
  EXPECT_EQ(days.back().total_duration, std::chrono::days(86'400));
  EXPECT_EQ(store.session_days(now.owner, first_day).size(), 7U);
}

TEST_F(PostgresPlans, RecordingAndAddingUpSessions) {
  const std::string before = read_of(scans);
  const auto rows_before = std::stoll(read_of(index_rows));
  {
    const auto store = open();
    for (int round = 1; round <= rounds; ++round) record_and_add_up_sessions(*store, round);
    EXPECT_EQ(store->end_abandoned_sessions(), 0U);
  }
  EXPECT_EQ(read_of(scans), before);
  // 605 of the user each time.
  EXPECT_LT(std::stoll(read_of(index_rows)) - rows_before, 10'000);
}

// At each start: it costs as much as there are users, however many messages they have.
TEST_F(PostgresPlans, ReadingWhoHasPrivateMessages) {
  const std::string before = read_of(scans);
  const auto rows_before = std::stoll(read_of(index_rows));
  EXPECT_EQ(open()->newest_private_messages(CacheId(count)).size(), 2'000U);
  EXPECT_EQ(read_of(scans), before);
  EXPECT_LT(std::stoll(read_of(index_rows)) - rows_before, 10'000);
}

void search_messages(Store& store) {
  EXPECT_EQ(store.search_messages(search_for("word77")).messages.size(), 10U);
  EXPECT_TRUE(store.search_messages(search_for("unheard")).messages.empty());
  EXPECT_EQ(store.search_messages(search_for(std::nullopt)).messages.size(), 10U);
  auto in_channel = search_for("word77");
  in_channel.channels = {"General"};
  in_channel.before = CacheId(count / 2);
  EXPECT_EQ(store.search_messages(in_channel).messages.size(), 10U);
  auto of_nobody = search_for("word77");
  of_nobody.author = UserId("nobody");
  EXPECT_TRUE(store.search_messages(of_nobody).messages.empty());
}

TEST_F(PostgresPlans, SearchingAndIndexing) {
  const std::string before = read_of(scans);
  const auto rows_before = std::stoll(read_of(index_rows));
  {
    const auto store = open();
    for (int round = 0; round < rounds; ++round) {
      search_messages(*store);
      EXPECT_TRUE(store->index_messages(20).more);
    }
  }
  EXPECT_EQ(read_of(scans), before);
  EXPECT_LT(std::stoll(read_of(index_rows)) - rows_before, 100'000);
}

TEST_F(PostgresPlans, WritingMessages) {
  constexpr std::int64_t many = 500;
  const std::string before = read_of(scans);
  const auto rows_before = std::stoll(read_of(index_rows));
  {
    const auto store = open();
    std::int64_t newest = count;
    for (int round = 0; round < rounds; ++round) {
      const CacheId gone(newest - 100);
      EXPECT_TRUE(store->commit(MessagesDeleted{.ids = {gone}, .tombstones = {}}, Timestamp{}));
      EXPECT_FALSE(store->tombstones(CacheId(newest), 10).empty());
      auto one = batch_of(newest + 1, 1);
      one.private_messages.push_back(whisper(newest + 1));
      store->append(one);
      // Many that are new, and the same again, as after a node's death.
      auto batch = batch_of(newest + 2, many);
      for (std::int64_t id = newest + 2; id < newest + 2 + many; ++id)
        batch.private_messages.push_back(whisper(id));
      store->append(batch);
      store->append(batch);
      newest += 1 + many;
      // One was deleted in each round.
      EXPECT_EQ(store->message_counts().front().message_count, newest - round - 1);
      EXPECT_EQ(store->forget_nonces(Timestamp{} - std::chrono::hours(1)), 0U);
    }
  }
  EXPECT_EQ(read_of(scans), before);
  EXPECT_LT(std::stoll(read_of(index_rows)) - rows_before, 60'000);
}

TEST_F(PostgresPlans, PurgingABigChannel) {
  const std::string before = read_of(scans);
  const auto rows_before = std::stoll(read_of(index_rows));
  {
    const auto store = open();
    const auto edit = [&](ChannelEdit what) {
      return store->commit(ChannelsChanged{.edit = std::move(what), .channels = {}, .purged = {}},
                           Timestamp{});
    };
    EXPECT_TRUE(edit(CreateChannel{.name = "other", .description = std::nullopt}));
    EXPECT_TRUE(edit(DeleteChannel{.id = ChannelId(1), .purge = Purge::yes}));
    for (int round = 0; round < rounds; ++round) {
      EXPECT_EQ(store->remove_purged(100, Timestamp{}), 100U);
      EXPECT_EQ(store->tombstones(CacheId(count), 10).size(), 10U);
    }
  }
  EXPECT_EQ(read_of(scans), before);
  EXPECT_LT(std::stoll(read_of(index_rows)) - rows_before, 20'000);
}

}  // namespace
}  // namespace chatserver::store::conformance
