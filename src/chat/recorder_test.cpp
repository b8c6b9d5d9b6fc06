#include "chat/recorder.hpp"

#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bare_store.hpp"
#include "support/gate.hpp"

namespace chatserver::chat {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// Keeps a word for each record that it is given, in order.
class NotedStore final : public test::BareStore {
 public:
  void record_seen(std::span<const store::SeenUser> users) override {
    gate.pass();
    for (const auto& seen : writable(users)) notes.push_back("seen " + seen.user.id.value());
  }
  void begin_sessions(std::span<const SessionStart> sessions) override {
    for (const auto& session : writable(sessions)) notes.push_back("begin " + session.owner.value());
  }
  void record_sessions(std::span<const SessionRecord> sessions) override {
    for (const auto& session : writable(sessions)) notes.push_back("end " + session.owner.value());
  }
  void record_alive(Timestamp now) override {
    if (away) throw store::Unavailable("told to fail");
    alive = now;
  }

  std::vector<std::string> notes;
  std::optional<Timestamp> alive;
  bool away = false;
  test::Gate gate;

 private:
  template <class Records>
  Records writable(Records records) const {
    if (away) throw store::Unavailable("told to fail");
    return records;
  }
};

// Its pool runs nothing: the test flushes.
class RecorderTest : public testing::Test {
 protected:
  void begin(const std::string& who) { recorder.began({.owner = UserId(who), .start = utc}); }
  void end(const std::string& who) { recorder.ended({.owner = UserId(who), .start = utc, .end = utc}); }
  // The sign of life written at that time, if one was.
  std::optional<Timestamp> tick_at(std::chrono::seconds time) {
    store.alive.reset();
    recorder.tick(monotonic + time, utc + time);
    recorder.flush();
    return store.alive;
  }

  const Monotonic monotonic{std::chrono::hours{24}};
  const Timestamp utc{std::chrono::hours{500'000}};
  NotedStore store;
  Log log{LogLevel::off, LogFormat::text};
  BlockingPool pool{1, 0};
  Recorder recorder{store, pool, log};
};

TEST_F(RecorderTest, SessionsBeginBeforeTheyEnd) {
  begin("ann");
  end("ann");
  recorder.seen({.user = {.id = UserId("ann"), .username = "Ann"}, .at = utc});
  EXPECT_TRUE(recorder.flush());
  EXPECT_THAT(store.notes, ElementsAre("seen ann", "begin ann", "end ann"));
  store.notes.clear();
  EXPECT_TRUE(recorder.flush());
  EXPECT_THAT(store.notes, IsEmpty());
}

TEST_F(RecorderTest, WhatCannotBeWrittenIsWrittenLaterInItsOrder) {
  store.away = true;
  begin("ann");
  begin("bob");
  end("ann");
  EXPECT_FALSE(recorder.flush());
  begin("eve");
  store.away = false;
  EXPECT_TRUE(recorder.flush());
  EXPECT_THAT(store.notes, ElementsAre("begin ann", "begin bob", "begin eve", "end ann"));
}

TEST_F(RecorderTest, ASignOfLifeIsWrittenEveryTenSecondsWhileASessionIsOpen) {
  EXPECT_EQ(tick_at(0s), std::nullopt);
  begin("ann");
  EXPECT_EQ(tick_at(1s), utc + 1s);
  EXPECT_EQ(tick_at(10s), std::nullopt);
  EXPECT_EQ(tick_at(11s), utc + 11s);
  begin("bob");
  end("ann");
  EXPECT_EQ(tick_at(21s), utc + 21s);
  end("bob");
  EXPECT_EQ(tick_at(31s), std::nullopt);
}

TEST_F(RecorderTest, AnOldSignOfLifeIsNotWrittenLater) {
  begin("ann");
  store.away = true;
  EXPECT_EQ(tick_at(0s), std::nullopt);
  store.away = false;
  EXPECT_EQ(tick_at(1s), std::nullopt);
  EXPECT_EQ(tick_at(10s), utc + 10s);
}

TEST_F(RecorderTest, ASlowStoreKeepsOneThreadBusyNotThePool) {
  BlockingPool two_threads{2, 100};
  Recorder busy{store, two_threads, log};
  const auto see = [&](const char* who) {
    busy.seen({.user = {.id = UserId(who), .username = who}, .at = utc});
  };
  store.gate.close();
  see("ann");
  store.gate.wait_for_arrival(1);
  see("bob");
  see("eve");
  std::promise<void> answered;
  ASSERT_TRUE(two_threads.run([&] { answered.set_value(); }));
  EXPECT_EQ(answered.get_future().wait_for(10s), std::future_status::ready);
  store.gate.open();
  two_threads.join();
  EXPECT_THAT(store.notes, ElementsAre("seen ann", "seen bob", "seen eve"));
}

}  // namespace
}  // namespace chatserver::chat
