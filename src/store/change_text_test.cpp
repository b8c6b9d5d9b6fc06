#include "store/change_text.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace chatserver::store {
namespace {

const std::vector<Channel> channels{
    {.id = ChannelId(1), .name = "General", .description = "say \"hi\"\n\xc3\xbc", .sort_order = 1},
    {.id = ChannelId(2), .name = "news", .description = std::nullopt, .sort_order = 2}};

ChannelsChanged after(ChannelEdit edit) {
  return {.edit = std::move(edit), .channels = channels, .purged = std::nullopt};
}

std::vector<Change> one_of_each() {
  const Ban for_good{.id = BanId(7),
                     .owner = UserId("root"),
                     .banished = UserId("bob"),
                     .reason = "",
                     .start = Timestamp(std::chrono::microseconds(1'767'225'600'000'001)),
                     .end = std::nullopt};
  Ban pardoned = for_good;
  pardoned.end = pardoned.start + std::chrono::hours(1);
  pardoned.pardoned = true;
  ChannelsChanged purged = after(DeleteChannel{.id = ChannelId(9), .purge = Purge::yes});
  purged.purged = PurgedChannel{.id = ChannelId(9), .name = "gone", .newest = {CacheId(4), CacheId(5)}};
  return {UserBanned{for_good},
          UserBanned{pardoned},
          BanPardoned{BanId(7), UserId("root")},
          MessagesDeleted{.ids = {CacheId(1), CacheId(2)},
                          .tombstones = {{.cache_id = CacheId(2), .channel_id = ChannelId(3)}}},
          MessagesDeleted{},
          RateLimitChanged{{.messages = 3, .window = std::chrono::seconds(4)}},
          after(CreateChannel{.name = "news", .description = std::nullopt}),
          after(EditChannel{.id = ChannelId(2), .name = "news", .description = "d"}),
          after(EditChannel{.id = ChannelId(2), .name = std::nullopt, .description = std::nullopt}),
          after(MoveChannel{.id = ChannelId(2), .before = ChannelId(1)}),
          after(MoveChannel{.id = ChannelId(2), .before = std::nullopt}),
          after(DeleteChannel{.id = ChannelId(9), .purge = Purge::no}),
          purged};
}

TEST(ChangeText, IsReadBackAsItWas) {
  for (const Change& change : one_of_each()) {
    const std::string text = to_text(change);
    EXPECT_EQ(change_from_text(text), change) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
}

TEST(ChangeText, APardonThatAnOlderServerWroteIsRead) {
  EXPECT_EQ(change_from_text(R"({"change":"pardon","id":7})"), Change(BanPardoned{BanId(7), UserId()}));
}

TEST(ChangeText, AnythingElseIsNone) {
  for (const char* text :
       {"", "{", "[]", "7", "{}", R"({"change":"other"})", R"({"change":7})", R"({"change":"pardon"})",
        R"({"change":"pardon","id":"7"})", R"({"change":"pardon","id":7,"by":7})",
        R"({"change":"channels","edit":"other","id":1,"channels":[],"purged":null})",
        R"({"change":"rate_limit","messages":1.5,"window_seconds":1})", R"({"change":"pardon","id":7} x)"}) {
    EXPECT_EQ(change_from_text(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace chatserver::store
