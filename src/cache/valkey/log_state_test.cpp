#include "cache/valkey/log_state.hpp"

#include <gtest/gtest.h>

#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

Reply state_reply(const std::vector<const char*>& values) {
  Reply::Array array;
  for (const char* value : values) array.push_back(value == nullptr ? Reply{} : Reply{std::string(value)});
  return {std::move(array)};
}

TEST(ValkeyLogState, IsWhatTheHashSays) {
  const LogState state =
      LogState::from(state_reply({"g1", "server", "1", "7-2", "5-0", "3-1", "7", "4", "100", "200", "10",
                                  "60000000", "1767268800000000", nullptr, "50", "20"}));
  EXPECT_EQ(state.generation, "g1");
  EXPECT_EQ(state.last, (EntryId{.first = 7, .second = 2}));
  EXPECT_EQ(state.flushed, (EntryId{.first = 5, .second = 0}));
  EXPECT_EQ(state.trimmed, (EntryId{.first = 3, .second = 1}));
  EXPECT_EQ(state.marks, (store::IdMarks{CacheId(7), CacheId(4)}));
  EXPECT_EQ(state.ceiling, (store::IdMarks{CacheId(100), CacheId(200)}));
  EXPECT_EQ(state.limit, (RateLimit{.messages = 10, .window = std::chrono::seconds(60)}));
  EXPECT_EQ(state.nonces_since, Timestamp(std::chrono::seconds(1767268800)));
  EXPECT_EQ(state.backlog, 30);
  EXPECT_FALSE(state.is_nobodys());
}

TEST(ValkeyLogState, OfAnEmptyServerNothingIsLoaded) {
  const LogState state = LogState::from(state_reply(std::vector<const char*>(16, nullptr)));
  EXPECT_EQ(state.generation, "");
  EXPECT_EQ(state.server, "");
  EXPECT_EQ(state.last, EntryId{});
  EXPECT_TRUE(state.is_nobodys());
}

TEST(ValkeyLogState, WhatIsBeingRestoredIsNotNobodys) {
  std::vector<const char*> values(16, nullptr);
  values[13] = "1767268800000000";
  EXPECT_FALSE(LogState::from(state_reply(values)).is_nobodys());
}

TEST(ValkeyLogState, AnErrorIsLostAndNonsenseGarbled) {
  EXPECT_THROW((void)LogState::from({ErrorReply{"WRONGTYPE Operation against a key"}}), Lost);
  EXPECT_THROW((void)LogState::from(state_reply({"g1"})), Garbled);
  EXPECT_THROW((void)LogState::from(state_reply({"g1", "s", "1", "seven", "5-0", "3-1", "7", "4", "100",
                                                 "200", "10", "60000000", "0", nullptr, "0", "0"})),
               Garbled);
}

TEST(ValkeyLogState, HasHolesUntilAllIsStoredThatWasThereWhenItWasRestored) {
  LogState state;
  EXPECT_TRUE(state.has_holes());  // nothing is known to be stored
  state.flushed = {.first = 7, .second = 0};
  EXPECT_FALSE(state.has_holes());
  state.trimmed = {.first = 7, .second = 1};
  EXPECT_TRUE(state.has_holes());
  state.flushed = state.trimmed;
  EXPECT_FALSE(state.has_holes());
}

TEST(ValkeyLogState, OnlyWhatWasTrimmedUnseenIsAGap) {
  const EntryId last{.first = 5, .second = 0};
  const EntryId next{.first = 6, .second = 0};
  EXPECT_FALSE(is_gap(last, last, {}));
  EXPECT_FALSE(is_gap(last, next, {}));                         // deleted, nothing was trimmed
  EXPECT_FALSE(is_gap(last, next, {.first = 5, .second = 0}));  // trimmed before what was seen
  EXPECT_FALSE(is_gap(last, last, {.first = 9, .second = 0}));  // trimmed after it was read
  EXPECT_TRUE(is_gap(last, next, {.first = 6, .second = 1}));
}

}  // namespace
}  // namespace chatserver::cache::valkey
