#include "cache/valkey/reservation.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bare_store.hpp"

namespace chatserver::cache::valkey {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class RecordingStore final : public chatserver::test::BareStore {
 public:
  void reserve_ids(const store::IdMarks& up_to) override {
    if (failing) throw store::Unavailable("told to fail");
    reserved.push_back(up_to);
  }
  std::vector<store::IdMarks> reserved;
  bool failing = false;
};

TEST(ValkeyReservation, KeepsABacklogAheadAndWritesSeldom) {
  RecordingStore store;
  Reservation reservation(store, 1'000'000);
  EXPECT_EQ(reservation.ceiling(), store::IdMarks{});
  for (std::int64_t id = 0; id <= 1'000'000; id += 1000) reservation.keep_ahead_of({CacheId(id), CacheId(0)});
  EXPECT_THAT(store.reserved, ElementsAre(store::IdMarks{CacheId(2'000'000), CacheId(2'000'000)}));
  reservation.keep_ahead_of({CacheId(1'000'001), CacheId(0)});
  EXPECT_THAT(store.reserved, SizeIs(2));
  EXPECT_EQ(reservation.ceiling().messages, CacheId(3'000'001));
}

TEST(ValkeyReservation, WhatTheDatabaseDidNotTakeIsNotReserved) {
  RecordingStore store;
  store.failing = true;
  Reservation reservation(store, 10);
  EXPECT_THROW(reservation.keep_ahead_of({}), store::Unavailable);
  EXPECT_EQ(reservation.ceiling(), store::IdMarks{});
}

TEST(ValkeyReservation, AWriteIsAWriteEachTime) {
  RecordingStore store;
  Reservation reservation(store, 10);
  reservation.keep_ahead_of({});
  const CacheId before = reservation.ceiling().messages;
  reservation.write_ahead_of({});
  reservation.write_ahead_of({});
  EXPECT_EQ(reservation.ceiling().messages, CacheId(before.value() + 2));
  EXPECT_THAT(store.reserved, SizeIs(3));
}

}  // namespace
}  // namespace chatserver::cache::valkey
