#include "cache/valkey/entry.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

using testing::HasSubstr;

const User ada{.id = UserId("ada"), .username = "Ada"};
const User bob{.id = UserId("bob"), .username = "Bob"};
constexpr Timestamp noon{std::chrono::seconds(1767268800)};

Message public_message() {
  return {.cache_id = CacheId(7),
          .author = ada,
          .channel_id = ChannelId(3),
          .channel = "General",
          .text = std::string("any\0bytes", 9),
          .authored_at = noon,
          .nonce = "n1"};
}

PrivateMessage whisper() {
  return {.cache_id = CacheId(4),
          .author = ada,
          .recipient = bob,
          .text = "psst",
          .authored_at = noon,
          .nonce = ""};
}

Reply as_read(const std::string& id, const Fields& fields) {
  Reply::Array flat;
  for (const std::string& one : fields) flat.push_back({one});
  return {Reply::Array{Reply{id}, Reply{std::move(flat)}}};
}

Entry around(std::variant<Message, PrivateMessage, Change, User> what) {
  return {.id = {.first = 7, .second = 2},
          .previous = {.first = 7, .second = 1},
          .private_before = CacheId(3),
          .what = std::move(what)};
}

Entry there_and_back(const Entry& entry) {
  const auto decoded = decode(as_read(entry.id.text(), encode(entry)));
  EXPECT_TRUE(decoded) << (decoded ? "" : decoded.error());
  return decoded.value_or(Entry{});
}

TEST(ValkeyEntry, MessagesArriveAsTheyWere) {
  const Entry entry = there_and_back(around(public_message()));
  EXPECT_EQ(std::get<Message>(entry.what), public_message());
  EXPECT_EQ(entry.id, (EntryId{.first = 7, .second = 2}));
  EXPECT_EQ(entry.previous, (EntryId{.first = 7, .second = 1}));
  EXPECT_EQ(std::get<PrivateMessage>(there_and_back(around(whisper())).what), whisper());
}

TEST(ValkeyEntry, NewcomersArriveAsTheyWere) {
  EXPECT_EQ(std::get<User>(there_and_back(around(bob)).what), bob);
}

TEST(ValkeyEntry, ChangesArriveAsTheyWere) {
  const Ban for_good{
      .id = BanId(5), .owner = ada.id, .banished = bob.id, .reason = "", .start = noon, .end = {}};
  Ban for_an_hour = for_good;
  for_an_hour.end = noon + std::chrono::hours(1);
  for_an_hour.reason = "spam, again";
  for (const Ban& ban : {for_good, for_an_hour}) {
    const Entry entry = there_and_back(around(Change(UserBanned{ban})));
    EXPECT_EQ(std::get<UserBanned>(std::get<Change>(entry.what)).ban, ban);
  }
  const Entry pardon = there_and_back(around(Change(BanPardoned{BanId(5), UserId("root")})));
  EXPECT_EQ(std::get<BanPardoned>(std::get<Change>(pardon.what)), (BanPardoned{BanId(5), UserId("root")}));

  const RateLimit limit{.messages = 3, .window = std::chrono::seconds(20)};
  const Entry limited = there_and_back(around(Change(RateLimitChanged{limit})));
  EXPECT_EQ(std::get<RateLimitChanged>(std::get<Change>(limited.what)).limit, limit);

  const std::vector<store::Tombstone> gone{{CacheId(1), ChannelId(3)}, {CacheId(2), ChannelId(4)}};
  const Entry deleted = there_and_back(around(Change(MessagesDeleted{.ids = {}, .tombstones = gone})));
  EXPECT_EQ(std::get<MessagesDeleted>(std::get<Change>(deleted.what)).tombstones, gone);
}

TEST(ValkeyEntry, ItsMarksAreTheHighestIdsReached) {
  EXPECT_EQ(around(public_message()).marks(), (store::IdMarks{CacheId(7), CacheId(3)}));
  EXPECT_EQ(around(whisper()).marks(), (store::IdMarks{CacheId(7), CacheId(4)}));
}

TEST(ValkeyEntry, WhatIsNotOursIsRefusedByNameAndWithoutItsText) {
  const Fields good = encode(around(public_message()));
  const auto complaint = [](const std::string& id, const Fields& fields) {
    const auto decoded = decode(as_read(id, fields));
    return decoded ? "" : decoded.error();
  };
  EXPECT_EQ(complaint("7-2", good), "");
  EXPECT_THAT(complaint("7-2", {"temperature", "21"}), HasSubstr("7-2 of the log: it has no p"));
  for (std::size_t at = 0; at < good.size(); at += 2) {
    Fields without = good;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(at),
                  without.begin() + static_cast<std::ptrdiff_t>(at) + 2);
    EXPECT_THAT(complaint("7-2", without), HasSubstr("it has no " + good[at])) << good[at];
  }
  for (const std::string name : {"p", "w", "i", "d", "t", "k"}) {
    Fields broken = good;
    *(std::ranges::find(broken, name) + 1) = "-1x";
    EXPECT_THAT(complaint("7-2", broken), HasSubstr("7-2 of the log")) << name;
  }
  Fields change = encode(around(Change(BanPardoned{BanId(5), UserId("root")})));
  change.back() = "{}";
  EXPECT_THAT(complaint("7-2", change), HasSubstr("its change is none"));
}

TEST(ValkeyEntry, IdsAreOrderedByBothParts) {
  EXPECT_EQ(EntryId::parse("12-18446744073709551615")->text(), "12-18446744073709551615");
  EXPECT_LT(*EntryId::parse("9-10"), *EntryId::parse("10-0"));
  EXPECT_LT(*EntryId::parse("9-9"), *EntryId::parse("9-10"));
  for (const char* const bad : {"", "-", "1", "1-", "-1", "1-2-3", "a-1", "1- 2"}) {
    EXPECT_FALSE(EntryId::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace chatserver::cache::valkey
