#include "cache/valkey/storing.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/valkey/entry_samples.hpp"
#include "support/bare_store.hpp"

namespace chatserver::cache::valkey {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// A database that takes no batch with one of the `poison` messages in it, and none of more than `most`.
class PickyStore final : public chatserver::test::BareStore {
 public:
  void append(const store::Batch& batch) override {
    ++appends;
    const auto is_poison = [this](const Message& message) {
      return std::ranges::find(poison, message.cache_id.value()) != poison.end();
    };
    if (away || batch.messages.size() > most) throw store::Unavailable("no answer in time");
    if (std::ranges::any_of(batch.messages, is_poison)) throw store::Refused("refused");
    for (const Message& message : batch.messages) stored.push_back(message.cache_id.value());
    for (const PrivateMessage& message : batch.private_messages)
      private_stored.push_back(message.cache_id.value());
  }
  void reserve_ids(const store::IdMarks&) override {
    if (away) throw store::Unavailable("away");
  }

  std::vector<std::int64_t> poison;
  std::size_t most = 10'000;
  bool away = false;
  int appends = 0;
  std::vector<std::int64_t> stored;
  std::vector<std::int64_t> private_stored;
};

class ValkeyStoring : public testing::Test {
 protected:
  void store_up_to(std::int64_t last) {
    std::vector<Entry> entries;
    for (std::int64_t id = 1; id <= last; ++id) entries.push_back(test::public_entry(id));
    store_all(entries);
  }
  void store_all(const std::vector<Entry>& entries) {
    store_entries(store_, reservation_, entries, [this](const Entry& entry, const std::string& why) {
      refused_.push_back(entry.id.text() + " " + why);
    });
  }

  PickyStore store_;
  Reservation reservation_{store_, 10};
  std::vector<std::string> refused_;
};

TEST_F(ValkeyStoring, WhatTheDatabaseTakesIsOneBatch) {
  store_all({test::public_entry(1), test::whisper_entry({.first = 1, .second = 1}, 1)});
  EXPECT_EQ(store_.appends, 1);
  EXPECT_THAT(store_.stored, ElementsAre(1));
  EXPECT_THAT(store_.private_stored, ElementsAre(1));
  EXPECT_THAT(refused_, IsEmpty());
}

TEST_F(ValkeyStoring, WithoutMessagesThereIsNothingToDo) {
  store_all({});
  EXPECT_EQ(store_.appends, 0);
}

TEST_F(ValkeyStoring, TheOnesAtFaultAreRefusedAndStopNobody) {
  store_.poison = {1, 6, 7};
  store_up_to(9);
  EXPECT_THAT(store_.stored, UnorderedElementsAre(2, 3, 4, 5, 8, 9));
  EXPECT_THAT(refused_, ElementsAre("1-0 refused", "6-0 refused", "7-0 refused"));
}

TEST_F(ValkeyStoring, WhatTakesTooLongIsTriedInParts) {
  store_.most = 100;
  store_up_to(1000);
  EXPECT_EQ(store_.stored.size(), 1000U);
  EXPECT_THAT(refused_, IsEmpty());
}

TEST_F(ValkeyStoring, WhatIsLockedIsNobodysFault) {
  store_.most = 0;
  EXPECT_THROW(store_up_to(1000), store::Unavailable);
  EXPECT_LT(store_.appends, 10);
  EXPECT_THAT(refused_, IsEmpty());
}

TEST_F(ValkeyStoring, WhileTheDatabaseIsAwayNobodyIsAtFault) {
  store_.away = true;
  EXPECT_THROW(store_up_to(9), store::Unavailable);
  EXPECT_THROW(store_up_to(1), store::Unavailable);
  EXPECT_THAT(refused_, IsEmpty());
}

}  // namespace
}  // namespace chatserver::cache::valkey
