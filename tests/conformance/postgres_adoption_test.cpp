// Databases that an older server has made are adopted with every row, or left alone.
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/older_postgres.hpp"

namespace chatserver::store::conformance {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::size_t all = 1000;
constexpr CacheId last{std::numeric_limits<std::int64_t>::max()};

class PostgresAdoption : public PostgresMigrations {};

TEST_F(PostgresAdoption, MessagesOfAnOlderInstallationAreRenumberedInTheirOrder) {
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

TEST_F(PostgresAdoption, NamesOfOlderAuthorsAreTheLatestKnown) {
  make_older_installation();
  const auto store = open();
  const auto messages = store->messages_between(CacheId(0), last, all).messages;
  EXPECT_EQ(messages.at(0).author.username, "ada now");
  EXPECT_EQ(messages.at(1).author.username, "bob");
  EXPECT_EQ(messages.at(2).author.username, "[Unknown]");
  EXPECT_THAT(store->users(),
              testing::UnorderedElementsAre(User{UserId("ada"), "ada now"}, User{UserId("bob"), "bob"}));
}

TEST_F(PostgresAdoption, MessagesOfAGoneChannelAreNotInheritedByItsName) {
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

TEST_F(PostgresAdoption, TheRestOfAnOlderInstallationCarriesOver) {
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

TEST_F(PostgresAdoption, AnAdoptedDatabaseTakesNewRows) {
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

TEST_F(PostgresAdoption, MessagesOfAnOlderInstallationAreSearchedByOurRules) {
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

TEST_F(PostgresAdoption, AMessageIsInNoIndexOfTextWhenItIsAppended) {
  make_older_installation();
  const auto store = open();
  store->append(batch_of(store->id_marks().messages.value() + 1, 3));
  EXPECT_EQ(psql().run("SELECT count(search_vector) FROM chatserver.chat_messages"), "0");
  EXPECT_EQ(psql().run(
                "SELECT count(*) FROM pg_indexes WHERE schemaname = 'chatserver' AND indexdef LIKE '% gin %' "
                "AND indexdef NOT LIKE '%WHERE (search_vector IS NOT NULL)'"),
            "0");
}

TEST_F(PostgresAdoption, IdsThatAscendStayAsTheyAre) {
  psql().run(older_tables);
  psql().run(
      "SET search_path = chatserver; INSERT INTO channels (name) VALUES ('General');"
      "INSERT INTO chat_messages (cache_id, owner_id, channel, message, authored_at, client_version) "
      "VALUES (5, 'ada', 'General', 'm', now(), '1'), (9, 'ada', 'General', 'm', now(), '1')");
  const auto store = open();
  EXPECT_EQ(store->id_marks().messages, CacheId(9));
  EXPECT_EQ(store->messages_between(CacheId(4), CacheId(5), all).messages.size(), 1U);
}

TEST_F(PostgresAdoption, AFailureLeavesAnOlderInstallationAsItWas) {
  make_older_installation();
  psql().run("CREATE VIEW chatserver.names AS SELECT channel FROM chatserver.chat_messages");
  const auto store = open_postgres(database_.options(), silent_log());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, OpenFailure::failed) << store.error().detail;
  EXPECT_EQ(psql().run("SELECT to_regclass('chatserver.schema_history')"), "");
  psql().run("DROP VIEW chatserver.names");
  EXPECT_EQ(message_count(*open()), 4U);
}

TEST_F(PostgresAdoption, AnOlderInstallationWithTablesOfOurNamesIsRefused) {
  make_older_installation();
  psql().run("CREATE TABLE chatserver.users (id int)");
  expect_refused_untouched(OpenFailure::foreign);
}

}  // namespace
}  // namespace chatserver::store::conformance
