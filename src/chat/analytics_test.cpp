#include "chat/analytics.hpp"

#include <atomic>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bare_store.hpp"
#include "support/server_frames.hpp"
#include "support/shared_clock.hpp"

namespace chatserver::chat {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// One channel with as many messages as the test says, and no sessions.
class CountingStore final : public test::BareStore {
 public:
  std::vector<ChannelCount> message_counts() override {
    ++reads;
    if (away) throw store::Unavailable("told to fail");
    return {{.channel = "General", .message_count = messages}};
  }
  std::vector<SessionDay> session_days(const std::optional<UserId>&, std::chrono::sys_days from) override {
    asked_from = from;
    return {};
  }

  std::atomic<std::int64_t> messages = 0;
  std::atomic<bool> away = false;
  std::atomic<int> reads = 0;
  std::atomic<Timestamp> asked_from;
};

// Keeps what the figures say; `-` where they are taken away.
class FiguresInbox final : public ShardInbox {
 public:
  void post(ShardDelivery delivery) override {
    for (const ShardChange& change : delivery.changes) {
      const auto& frames = std::get<ShowFigures>(change).frames;
      texts.push_back(frames ? *frames : "-");
    }
  }
  // The number of messages in each, -1 where they are taken away.
  [[nodiscard]] std::vector<int> counts() const {
    std::vector<int> all;
    for (const std::string& text : texts) {
      constexpr std::string_view name = "\"message_count\":";
      const std::size_t at = text.find(name);
      all.push_back(at == std::string::npos ? -1 : std::stoi(text.substr(at + name.size())));
    }
    return all;
  }

  std::vector<std::string> texts;
};

class AnalyticsTest : public testing::Test {
 protected:
  AnalyticsTest() { analytics.set_shards({&first, &second}); }

  // Until what the pool was given has been done.
  void settle() {
    std::promise<void> done;
    ASSERT_TRUE(pool.run([&] { done.set_value(); }));
    done.get_future().wait();
  }
  void come() {
    analytics.dashboard_came();
    settle();
  }
  void tick_after(std::chrono::milliseconds time) {
    clock.advance(time);
    analytics.tick();
    settle();
  }

  CountingStore store;
  test::SharedClock clock;
  Log log{LogLevel::off, LogFormat::text};
  FiguresInbox first;
  FiguresInbox second;
  BlockingPool pool{1, 100};
  Analytics analytics{store, pool, clock, log, 2s};
};

TEST_F(AnalyticsTest, NothingIsComputedWhileNobodyLooks) {
  for (int i = 0; i < 3; ++i) tick_after(5s);
  EXPECT_EQ(store.reads, 0);
}

TEST_F(AnalyticsTest, TheFirstDashboardNeedNotWait) {
  store.messages = 7;
  come();
  EXPECT_THAT(first.counts(), ElementsAre(7));
  EXPECT_EQ(first.texts, second.texts);
  const auto frames = test::read_server_frames(first.texts.front()).frames;
  ASSERT_THAT(frames, SizeIs(2));
  EXPECT_TRUE(frames[0].payload.starts_with(R"({"type":"message_count_by_channel")"));
  EXPECT_TRUE(frames[1].payload.starts_with(R"({"type":"session_activity")"));
}

TEST_F(AnalyticsTest, AllDashboardsShareOneComputationAnInterval) {
  come();
  for (int i = 0; i < 50; ++i) come();
  EXPECT_EQ(store.reads, 1);
  tick_after(1999ms);
  EXPECT_EQ(store.reads, 1);
  tick_after(1ms);
  EXPECT_EQ(store.reads, 2);
}

TEST_F(AnalyticsTest, OnlyWhatHasChangedIsShown) {
  come();
  tick_after(2s);
  tick_after(2s);
  EXPECT_THAT(first.counts(), ElementsAre(0));
  store.messages = 1;
  tick_after(2s);
  EXPECT_THAT(first.counts(), ElementsAre(0, 1));
}

TEST_F(AnalyticsTest, WhenTheLastDashboardLeavesTheFiguresAreTakenAway) {
  come();
  come();
  analytics.dashboard_left();
  EXPECT_THAT(first.counts(), ElementsAre(0));
  analytics.dashboard_left();
  EXPECT_THAT(first.counts(), ElementsAre(0, -1));
  tick_after(10s);
  EXPECT_EQ(store.reads, 1);
  // The same again for who comes then.
  come();
  EXPECT_THAT(first.counts(), ElementsAre(0, -1, 0));
}

TEST_F(AnalyticsTest, WhileTheStoreIsAwayTheLastFiguresStay) {
  store.away = true;
  come();
  EXPECT_THAT(first.counts(), IsEmpty());
  store.away = false;
  store.messages = 3;
  tick_after(2s);
  store.away = true;
  tick_after(2s);
  EXPECT_THAT(first.counts(), ElementsAre(3));
}

TEST_F(AnalyticsTest, SessionsOfSevenDaysAreAskedFor) {
  clock.advance(5h);
  come();
  const auto today = std::chrono::floor<std::chrono::days>(clock.utc());
  EXPECT_EQ(store.asked_from.load(), Timestamp(today - std::chrono::days(6)));
}

}  // namespace
}  // namespace chatserver::chat
