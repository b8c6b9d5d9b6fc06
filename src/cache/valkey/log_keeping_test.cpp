#include "cache/valkey/log_keeping.hpp"

#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

constexpr EntryId left{.first = 7, .second = 2};

class Records final : public store::LogRecords {
 public:
  store::LogRecord log_record() override { return record; }
  void record_log(const store::LogRecord& one) override {
    record = one;
    ++written;
  }

  store::LogRecord record;
  int written = 0;
};

bool is_whole(store::LogRecords* records, const std::string& process, EntryId last) {
  LogState state;
  state.last = last;
  return LogKeeping(records).is_whole(process, state);
}

TEST(ValkeyLogKeeping, WhereNothingIsKnownTheLogIsTakenAsItIs) {
  Records none;
  EXPECT_TRUE(is_whole(&none, "one", left));
  EXPECT_TRUE(is_whole(nullptr, "one", left));
}

TEST(ValkeyLogKeeping, AProcessThatWasFollowedHasEverything) {
  Records records;
  LogKeeping keeping(&records);
  keeping.record();  // nothing yet
  EXPECT_EQ(records.written, 0);
  keeping.followed_into("one");
  keeping.record();
  EXPECT_TRUE(is_whole(&records, "one", left));
  EXPECT_FALSE(is_whole(&records, "two", left));

  keeping.followed_into("two");
  keeping.record();
  EXPECT_TRUE(is_whole(&records, "two", left));
  EXPECT_FALSE(is_whole(&records, "one", left));
}

TEST(ValkeyLogKeeping, WhatIsThereAlreadyIsNotWrittenAgainAtOnce) {
  Records records;
  LogKeeping keeping(&records);
  keeping.followed_into("one");
  keeping.record();
  keeping.followed_into("one");
  keeping.record();
  EXPECT_EQ(records.written, 1);
}

TEST(ValkeyLogKeeping, AnotherProcessIsTrustedWithExactlyWhatWasLeft) {
  Records records;
  LogKeeping keeping(&records);
  keeping.followed_into("one");
  keeping.leave("one", left);
  EXPECT_TRUE(is_whole(&records, "two", left));
  EXPECT_FALSE(is_whole(&records, "two", {.first = 7, .second = 1}));
  EXPECT_FALSE(is_whole(&records, "two", {.first = 8, .second = 0}));
}

TEST(ValkeyLogKeeping, OneThatGoesOnTakesAwayWhereAnotherHasLeft) {
  Records records;
  LogKeeping keeping(&records);
  LogKeeping other(&records);
  keeping.followed_into("one");
  other.followed_into("one");
  other.leave("one", left);
  keeping.record();
  EXPECT_FALSE(is_whole(&records, "two", left));
}

TEST(ValkeyLogKeeping, AProcessThatWasNotFollowedIsNotLeft) {
  Records records;
  LogKeeping keeping(&records);
  keeping.leave("one", left);
  keeping.followed_into("one");
  keeping.leave("two", left);
  EXPECT_EQ(records.written, 0);
}

}  // namespace
}  // namespace chatserver::cache::valkey
