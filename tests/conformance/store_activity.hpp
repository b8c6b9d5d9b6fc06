#pragma once

#include <initializer_list>
#include <map>

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

using testing::ElementsAre;
using testing::IsEmpty;

inline const std::chrono::sys_days first_day = std::chrono::floor<std::chrono::days>(at(0));

[[nodiscard]] inline SessionStart started(std::string_view who, Timestamp start) {
  return {.owner = user(who).id, .start = start};
}
[[nodiscard]] inline SessionRecord ended(std::string_view who, Timestamp start, Timestamp end) {
  return {.owner = user(who).id, .start = start, .end = end};
}
[[nodiscard]] inline SessionDay day(std::int64_t number, std::int64_t count,
                                    std::chrono::microseconds total) {
  return {.date = first_day + std::chrono::days(number), .session_count = count, .total_duration = total};
}

constexpr std::int64_t day_seconds = 86'400;

TEST_P(StoreConformance, SessionsAreListedForTheirUserOldestFirst) {
  const SessionRecord early = ended("ada", at(1), at(2, 5));
  const SessionRecord late = ended("ada", at(3), at(4));
  store().record_sessions(std::vector{late, ended("bob", at(2), at(9)), early});
  reopen();
  EXPECT_THAT(store().sessions(user("ada").id), ElementsAre(early, late));
  EXPECT_THAT(store().sessions(user("eve").id), IsEmpty());
}

TEST_P(StoreConformance, ASessionIsOverOnceItsEndIsRecorded) {
  store().begin_sessions(std::vector{started("ada", at(1)), started("ada", at(2)), started("bob", at(1))});
  EXPECT_THAT(store().sessions(user("ada").id), IsEmpty());
  store().record_sessions(std::vector{ended("ada", at(2), at(7))});
  reopen();
  EXPECT_THAT(store().sessions(user("ada").id), ElementsAre(ended("ada", at(2), at(7))));
  EXPECT_THAT(store().session_days(user("ada").id, first_day),
              ElementsAre(day(0, 2, std::chrono::seconds(5))));
}

TEST_P(StoreConformance, WhatIsRecordedTwiceCountsOnce) {
  const std::vector starts{started("ada", at(1)), started("ada", at(1))};
  const std::vector ends{ended("ada", at(1), at(3)), ended("ada", at(1), at(3))};
  store().begin_sessions(starts);
  store().begin_sessions(starts);
  store().record_sessions(ends);
  store().record_sessions(ends);
  store().begin_sessions(starts);
  EXPECT_THAT(store().session_days(std::nullopt, first_day), ElementsAre(day(0, 1, std::chrono::seconds(2))));
}

TEST_P(StoreConformance, NoSessionEndsBeforeItBegan) {
  store().begin_sessions(std::vector{started("ada", at(5))});
  store().record_sessions(std::vector{ended("ada", at(5), at(3)), ended("bob", at(5), at(3))});
  EXPECT_THAT(store().sessions(user("ada").id), ElementsAre(ended("ada", at(5), at(5))));
  EXPECT_THAT(store().sessions(user("bob").id), ElementsAre(ended("bob", at(5), at(5))));
}

TEST_P(StoreConformance, AbandonedSessionsEndWhenTheServerWasLastAlive) {
  store().begin_sessions(std::vector{started("ada", at(1)), started("bob", at(20)), started("eve", at(2))});
  store().record_sessions(std::vector{ended("eve", at(2), at(4))});
  store().record_alive(at(10));
  store().record_alive(at(12, 5));
  reopen();
  EXPECT_EQ(store().end_abandoned_sessions(), 2U);
  EXPECT_THAT(store().sessions(user("ada").id), ElementsAre(ended("ada", at(1), at(12, 5))));
  // It began after the last sign of life.
  EXPECT_THAT(store().sessions(user("bob").id), ElementsAre(ended("bob", at(20), at(20))));
  EXPECT_THAT(store().sessions(user("eve").id), ElementsAre(ended("eve", at(2), at(4))));
  EXPECT_EQ(store().end_abandoned_sessions(), 0U);
}

TEST_P(StoreConformance, AServerThatWasNeverAliveLeavesSessionsWithoutLength) {
  store().begin_sessions(std::vector{started("ada", at(1))});
  reopen();
  EXPECT_EQ(store().end_abandoned_sessions(), 1U);
  EXPECT_THAT(store().sessions(user("ada").id), ElementsAre(ended("ada", at(1), at(1))));
}

TEST_P(StoreConformance, SessionsAreAddedUpByTheDayInWhichTheyBegan) {
  store().record_sessions(std::vector{ended("ada", at(day_seconds - 1, 999'999), at(day_seconds + 10)),
                                      ended("ada", at(day_seconds), at(day_seconds + 1)),
                                      ended("bob", at(day_seconds + 5), at(day_seconds + 7, 500'000)),
                                      ended("ada", at(-1), at(5))});
  EXPECT_THAT(store().session_days(std::nullopt, first_day),
              ElementsAre(day(0, 1, std::chrono::microseconds(10'000'001)),
                          day(1, 2, std::chrono::milliseconds(3500))));
  EXPECT_THAT(store().session_days(user("bob").id, first_day),
              ElementsAre(day(1, 1, std::chrono::milliseconds(2500))));
  EXPECT_THAT(store().session_days(user("eve").id, first_day), IsEmpty());
}

// What the sessions of these users come to, all of which are read for it.
[[nodiscard]] inline std::vector<SessionDay> added_up(Store& store,
                                                      std::initializer_list<const char*> users) {
  std::map<std::chrono::sys_days, SessionDay> days;
  for (const char* who : users) {
    for (const SessionDay& one : store.session_days(user(who).id, first_day)) {
      SessionDay& sum = days[one.date];
      sum.date = one.date;
      sum.session_count += one.session_count;
      sum.total_duration += one.total_duration;
    }
  }
  std::vector<SessionDay> all;
  for (const auto& [date, sum] : days) all.push_back(sum);
  return all;
}

TEST_P(StoreConformance, SumsByDayAreThoseOfAFullCountWhateverHappensToSessions) {
  const auto expect_full_count = [&](const std::vector<SessionDay>& known, const char* after) {
    const auto sums = store().session_days(std::nullopt, first_day);
    EXPECT_EQ(sums, added_up(store(), {"ada", "bob", "eve"})) << after;
    EXPECT_EQ(sums, known) << after;
  };
  const auto seconds = [](std::int64_t count) { return std::chrono::seconds(count); };
  store().begin_sessions(std::vector{started("ada", at(1)), started("bob", at(day_seconds - 1)),
                                     started("eve", at(2)), started("eve", at(day_seconds + 3))});
  expect_full_count({day(0, 3, seconds(0)), day(1, 1, seconds(0))}, "sessions begin");
  // One over midnight, one that is not known to have begun, and one before the first day.
  store().record_sessions(
      std::vector{ended("ada", at(1), at(11)), ended("bob", at(day_seconds - 1), at(day_seconds + 99, 7)),
                  ended("bob", at(day_seconds), at(2 * day_seconds)), ended("bob", at(-5), at(5))});
  const auto over_midnight = seconds(100) + std::chrono::microseconds(7);
  expect_full_count({day(0, 3, seconds(10) + over_midnight), day(1, 2, seconds(day_seconds))}, "some end");
  store().begin_sessions(std::vector{started("ada", at(1))});
  store().record_sessions(std::vector{ended("ada", at(1), at(11)), ended("ada", at(1), at(9))});
  expect_full_count({day(0, 3, seconds(10) + over_midnight), day(1, 2, seconds(day_seconds))},
                    "the same is said again");

  store().record_alive(at(day_seconds + 10));
  reopen();
  EXPECT_EQ(store().end_abandoned_sessions(), 2U);
  expect_full_count({day(0, 3, seconds(10) + over_midnight + seconds(day_seconds + 8)),
                     day(1, 2, seconds(day_seconds + 7))},
                    "the server was killed");
  // As an operator does who keeps no more than is needed.
  run_sql("DELETE FROM chat_sessions WHERE owner_id = 'eve'");
  run_sql("DELETE FROM chat_sessions WHERE owner_id = 'ada'");
  expect_full_count({day(0, 1, over_midnight), day(1, 1, seconds(day_seconds))}, "some are removed");
  run_sql("DELETE FROM chat_sessions");
  expect_full_count({}, "all are removed");
}

TEST_P(StoreConformance, ANewDatabaseCountsNothing) {
  EXPECT_THAT(store().session_days(std::nullopt, first_day), IsEmpty());
  EXPECT_THAT(store().message_counts(), ElementsAre(ChannelCount{.channel = "General", .message_count = 0}));
}

// What a full count of the messages by channel comes to, under the names that they are shown with.
[[nodiscard]] inline std::vector<ChannelCount> counted(const std::vector<Message>& messages) {
  std::vector<ChannelCount> counts;
  for (const Message& message : messages) {
    const auto known = std::ranges::find(counts, message.channel, &ChannelCount::channel);
    if (known == counts.end()) {
      counts.push_back({.channel = message.channel, .message_count = 1});
    } else {
      ++known->message_count;
    }
  }
  return counts;
}

TEST_P(StoreConformance, CountsAreThoseOfAFullCountWhateverHappensToMessages) {
  const auto elsewhere = [&](std::int64_t id, std::int64_t channel = 100, const char* name = "gone") {
    Message gone = message(id);
    gone.channel_id = ChannelId(general_.id.value() + channel);
    gone.channel = name;
    return gone;
  };
  append_messages(1, 40);
  append({elsewhere(41), elsewhere(42), message(43), elsewhere(44)});
  append({message(43), message(45)});  // one is there already
  EXPECT_THAT(delete_messages({3, 7, 42, 99, 7}), testing::SizeIs(3));
  append({message(3)});  // deleted before it came again
  reopen();
  EXPECT_EQ(store().message_counts(), counted(all_messages()));
  EXPECT_EQ(store().message_counts().front().message_count, 40);

  EXPECT_THAT(delete_messages({41, 44}), testing::SizeIs(2));
  EXPECT_EQ(store().message_counts(), counted(all_messages()));

  // Three that are gone: called like one that is there, like each other.
  append(
      {elsewhere(46, 101, general_.name.c_str()), elsewhere(47, 102, "twice"), elsewhere(48, 103, "twice")});
  EXPECT_EQ(store().message_counts(), counted(all_messages()));
  EXPECT_EQ(store().message_counts().front().message_count, 40);
}

}  // namespace chatserver::store::conformance
