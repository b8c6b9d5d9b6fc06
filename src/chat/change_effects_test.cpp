#include "chat/change_effects.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/wording.hpp"
#include "protocol/server_frame.hpp"
#include "support/server_frames.hpp"
#include "support/tombstone_store.hpp"

namespace chatserver::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string text_in(const hub::FramePtr& frame) {
  return test::read_server_frames(*frame).frames.at(0).payload;
}

Channel channel(std::int64_t id, std::string name, int order = 1) {
  return {.id = ChannelId(id), .name = std::move(name), .description = std::nullopt, .sort_order = order};
}

Message message(std::int64_t id, std::int64_t channel_id, std::string channel_name) {
  return {.cache_id = CacheId(id),
          .author = {UserId("ann"), "Ann"},
          .channel_id = ChannelId(channel_id),
          .channel = std::move(channel_name),
          .text = "hello",
          .authored_at = {},
          .nonce = "n"};
}

class ChannelEffects : public testing::Test {
 protected:
  ChannelEffects() {
    recent.add(
        {message(1, 1, "General"), message(2, 2, "news"), message(3, 1, "General"), message(4, 2, "news")});
  }

  std::vector<ShardChange> effects(std::vector<Channel> channels,
                                   std::optional<store::PurgedChannel> purged = std::nullopt) {
    now = channels;
    return take_effect(
        cache::ChannelsChanged{.edit = {}, .channels = std::move(channels), .purged = std::move(purged)},
        directory, recent, deletions);
  }
  void expect_shown(const ShardChange& change) const {
    const auto* show = std::get_if<ShowChannels>(&change);
    ASSERT_NE(show, nullptr);
    EXPECT_EQ(text_in(show->frame), protocol::active_channels(now));
    EXPECT_EQ(*directory.channels(), now);
  }

  Directory directory{{}, {}, {}, {}};
  RecentMessages recent{4};
  test::TombstoneStore store;
  RecentDeletions deletions{store};
  std::vector<Channel> now;
};

TEST_F(ChannelEffects, EverybodyIsShownTheList) {
  const auto all = effects({channel(1, "General"), channel(2, "news", 2), channel(3, "new", 3)});
  ASSERT_THAT(all, SizeIs(1));
  expect_shown(all[0]);
}

TEST_F(ChannelEffects, RecentMessagesOfARenamedChannelAreSaidAnew) {
  const auto all = effects({channel(1, "General"), channel(2, "News", 2)});
  ASSERT_THAT(all, SizeIs(2));
  const auto& replaced = std::get<ReplaceMessages>(all[0]).messages;
  ASSERT_THAT(replaced, SizeIs(2));
  const auto expected = public_message(message(4, 2, "News"));
  EXPECT_EQ(replaced[1]->id, CacheId(4));
  EXPECT_EQ(replaced[1]->frame, expected->frame);
  EXPECT_EQ(replaced[1]->object, expected->object);
  EXPECT_EQ(replaced[1]->own_object, expected->own_object);
  expect_shown(all[1]);
  EXPECT_THAT(effects(now), SizeIs(1)) << "they are as they should be now";
}

TEST_F(ChannelEffects, OnesOfADeletedChannelStayUntilAnotherHasItsName) {
  EXPECT_THAT(effects({channel(1, "General")}), SizeIs(1));
  const auto all = effects({channel(1, "General"), channel(3, "news", 2)});
  ASSERT_THAT(all, SizeIs(2));
  const auto& forget = std::get<ForgetMessages>(all[0]);
  EXPECT_THAT(forget.ids, ElementsAre(CacheId(2), CacheId(4)));
  EXPECT_THAT(forget.frames, IsEmpty());
  expect_shown(all[1]);
}

TEST_F(ChannelEffects, APurgeIsToldBeforeTheListInFramesOfBoundedSize) {
  store::PurgedChannel purged{.id = ChannelId(2), .name = "news", .newest = {}};
  for (std::int64_t id = 1; id <= 501; ++id) purged.newest.emplace_back(id);
  const auto all = effects({channel(1, "General")}, purged);
  ASSERT_THAT(all, SizeIs(2));
  const auto& forget = std::get<ForgetMessages>(all[0]);
  EXPECT_THAT(forget.ids, ElementsAre(CacheId(2), CacheId(4)));
  ASSERT_THAT(forget.frames, SizeIs(2));
  EXPECT_EQ(text_in(forget.frames[1]), protocol::message_deleted("news", std::vector{CacheId(501)}));
  EXPECT_THAT(deletions.newest(CacheId(9'999), 9'999), SizeIs(501));
  expect_shown(all[1]);
}

TEST_F(ChannelEffects, OnlyAsManyAsWelcomesHoldAreRemembered) {
  recent.add({message(5, 1, "General"), message(6, 1, "General"), message(7, 1, "General")});
  const auto all = effects({channel(1, "g"), channel(2, "n", 2)});
  const auto& replaced = std::get<ReplaceMessages>(all[0]).messages;
  ASSERT_THAT(replaced, SizeIs(4));
  EXPECT_EQ(replaced[0]->id, CacheId(4));
}

TEST_F(ChannelEffects, ADeletedMessageIsNotSaidAnew) {
  const auto deleted =
      take_effect(cache::MessagesDeleted{.ids = {}, .tombstones = {{CacheId(4), ChannelId(2)}}}, directory,
                  recent, deletions);
  EXPECT_THAT(deleted, SizeIs(1));
  EXPECT_THAT(deletions.newest(CacheId(9), 9), ElementsAre(CacheId(4)));
  const auto all = effects({channel(1, "General"), channel(2, "News", 2)});
  const auto& replaced = std::get<ReplaceMessages>(all[0]).messages;
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_EQ(replaced[0]->id, CacheId(2));
}

}  // namespace
}  // namespace chatserver::chat
