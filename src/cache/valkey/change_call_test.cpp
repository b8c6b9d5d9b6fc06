#include "cache/valkey/change_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

// All but the last, which is the change as text.
std::vector<std::string> effect_of(const Change& change) {
  const ChangeHead head{.generation = "g", .seen = {.first = 5, .second = 0}};
  std::vector<std::string> arguments = change_arguments(head, {.id = store::ChangeId(3), .change = change});
  EXPECT_EQ(arguments.at(arguments.size() - 2), "change");
  arguments.resize(arguments.size() - 2);
  return arguments;
}

using testing::ElementsAre;

TEST(ValkeyChangeCall, HasTheEffectInValkey) {
  const Ban ban{.id = BanId(7),
                .owner = UserId("root"),
                .banished = UserId("bob"),
                .reason = "spam",
                .start = {},
                .end = {}};
  EXPECT_THAT(effect_of(UserBanned{ban}), ElementsAre("g", "5-0", "3", "ban", "3", "7", "bob", "0"));
  Ban ending = ban;
  ending.end = Timestamp(std::chrono::microseconds(1234));
  EXPECT_THAT(effect_of(UserBanned{ending}), ElementsAre("g", "5-0", "3", "ban", "3", "7", "bob", "1234"));
  EXPECT_THAT(effect_of(BanPardoned{BanId(7), UserId("root")}),
              ElementsAre("g", "5-0", "3", "pardon", "1", "7"));
  const MessagesDeleted deleted{.ids = {},
                                .tombstones = {{CacheId(2), ChannelId(1)}, {CacheId(4), ChannelId(1)}}};
  EXPECT_THAT(effect_of(deleted), ElementsAre("g", "5-0", "3", "delete", "2", "2", "4"));
  const RateLimitChanged limit{{.messages = 3, .window = std::chrono::seconds(20)}};
  EXPECT_THAT(effect_of(limit), ElementsAre("g", "5-0", "3", "limit", "2", "3", "20000000"));
  const ChannelsChanged channels{
      .edit = {},
      .channels = {{.id = ChannelId(1), .name = "General", .description = {}, .sort_order = 1},
                   {.id = ChannelId(4), .name = "News", .description = {}, .sort_order = 2}},
      .purged = {}};
  EXPECT_THAT(effect_of(channels),
              ElementsAre("g", "5-0", "3", "channels", "4", "1", "General", "4", "News"));
}

}  // namespace
}  // namespace chatserver::cache::valkey
