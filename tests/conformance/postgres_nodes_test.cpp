// Several nodes share a PostgreSQL: whose sessions end when, and which go on.
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/postgres_support.hpp"
#include "store/log_records.hpp"
#include "store/postgres/transaction.hpp"

namespace chatserver::store::conformance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

[[nodiscard]] LogRecords& records(Store& store) {
  return dynamic_cast<LogRecords&>(store);
}

[[nodiscard]] Timestamp at(std::int64_t seconds) {
  return Timestamp(std::chrono::seconds(seconds));
}

class PostgresNodes : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open(Access access) const {
    return open_or_throw(database_.options(access));
  }
  [[nodiscard]] std::unique_ptr<Store> open_node() const { return open(Access::node); }
  static void begin(Store& node, const std::string& who, std::int64_t start) {
    node.begin_sessions(std::vector{SessionStart{.owner = UserId(who), .start = at(start)}});
  }
  static void end(Store& node, const std::string& who, std::int64_t start, std::int64_t end) {
    node.record_sessions(std::vector{session(who, start, end)});
  }
  static SessionRecord session(const std::string& who, std::int64_t start, std::int64_t end) {
    return {.owner = UserId(who), .start = at(start), .end = at(end)};
  }
  [[nodiscard]] std::string url() const { return database_.url(); }
  // As if nothing had been heard of any node for two minutes.
  void let_silence_pass() const {
    database_.psql().run("UPDATE chatserver.node_pulses SET heard_at = heard_at - interval '2 minutes'");
  }

 private:
  PostgresDatabase database_;
};

TEST_F(PostgresNodes, ANodeThatStartsLeavesTheSessionsOfLiveNodesAlone) {
  const auto first = open_node();
  begin(*first, "ann", 1);
  const auto second = open_node();
  EXPECT_EQ(second->end_abandoned_sessions(), 0U);
  end(*first, "ann", 1, 50);
  EXPECT_THAT(second->sessions(UserId("ann")), ElementsAre(session("ann", 1, 50)));
}

TEST_F(PostgresNodes, SessionsOfASilentNodeEndWhenThatNodeWasLastAlive) {
  auto dead = open_node();
  begin(*dead, "ann", 1);
  dead->record_alive(at(20));
  dead.reset();
  const auto other = open_node();
  begin(*other, "bob", 2);
  other->record_alive(at(30));
  EXPECT_THAT(other->sessions(UserId("ann")), IsEmpty());

  let_silence_pass();
  other->record_alive(at(40));
  EXPECT_THAT(other->sessions(UserId("ann")), ElementsAre(session("ann", 1, 20)));
  EXPECT_THAT(other->sessions(UserId("bob")), IsEmpty());
}

TEST_F(PostgresNodes, WhereTheLogWasLeftIsKnownToTheNextNode) {
  {
    const auto node = open_node();
    EXPECT_EQ(records(*node).log_record(), LogRecord{});
    records(*node).record_log({.process = "one", .left_at = "7-0"});
  }
  const auto next = open_node();
  EXPECT_EQ(records(*next).log_record(), (LogRecord{.process = "one", .left_at = "7-0"}));
  records(*next).record_log({.process = "one", .left_at = ""});
  EXPECT_EQ(records(*open_node()).log_record(), (LogRecord{.process = "one", .left_at = ""}));
}

TEST_F(PostgresNodes, ANodeThatStartsEndsWhatSilentNodesHaveLeft) {
  auto dead = open_node();
  begin(*dead, "ann", 1);
  dead->record_alive(at(20));
  dead.reset();
  let_silence_pass();
  const auto next = open_node();
  EXPECT_EQ(next->end_abandoned_sessions(), 1U);
  EXPECT_EQ(next->end_abandoned_sessions(), 0U);
  EXPECT_THAT(next->sessions(UserId("ann")), ElementsAre(session("ann", 1, 20)));
}

TEST_F(PostgresNodes, ASessionOfANodeThatWasFrozenEndsWhenItReallyDoes) {
  const auto frozen = open_node();
  begin(*frozen, "ann", 1);
  frozen->record_alive(at(20));
  const auto other = open_node();
  let_silence_pass();
  other->record_alive(at(100));
  EXPECT_THAT(other->sessions(UserId("ann")), ElementsAre(session("ann", 1, 20)));

  end(*frozen, "ann", 1, 200);
  EXPECT_THAT(other->sessions(UserId("ann")), ElementsAre(session("ann", 1, 200)));
  EXPECT_THAT(
      other->session_days(std::nullopt, {}),
      ElementsAre(SessionDay{.date = {}, .session_count = 1, .total_duration = std::chrono::seconds(199)}));
  begin(*frozen, "bob", 201);
  other->record_alive(at(300));
  EXPECT_THAT(other->sessions(UserId("bob")), IsEmpty());
}

TEST_F(PostgresNodes, OneThatIsFrozenInATransactionHoldsUpNobodyForAsLongAsTheyWait) {
  const auto node = open_node();
  postgres::Connection frozen(postgres::Target::parse(url()).value(), std::chrono::seconds(5));
  frozen.connect();
  {
    postgres::Transaction transaction(frozen);
    node->append(batch_of(1, 1));
    EXPECT_THROW(transaction.commit(), postgres::Undecided);
  }
  EXPECT_EQ(message_count(*node), 1U);
}

TEST_F(PostgresNodes, TheFirstSessionOfANodeThatWasIdleIsNotTakenForADeadOnes) {
  const auto idle = open_node();
  const auto other = open_node();
  let_silence_pass();
  begin(*idle, "ann", 1);
  other->record_alive(at(2));
  EXPECT_THAT(other->sessions(UserId("ann")), IsEmpty());
}

TEST_F(PostgresNodes, AServerThatIsAloneTakesEveryOtherForDead) {
  auto node = open_node();
  begin(*node, "ann", 1);
  node->record_alive(at(20));
  node.reset();
  const auto alone = open(Access::server);
  EXPECT_EQ(alone->end_abandoned_sessions(), 1U);
  EXPECT_THAT(alone->sessions(UserId("ann")), ElementsAre(session("ann", 1, 20)));
}

}  // namespace
}  // namespace chatserver::store::conformance
