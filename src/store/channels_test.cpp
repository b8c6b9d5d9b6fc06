#include "store/channels.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::store {
namespace {

const std::vector<Channel> three{
    {.id = ChannelId(5), .name = "a", .description = "first", .sort_order = 1},
    {.id = ChannelId(3), .name = "b", .description = std::nullopt, .sort_order = 2},
    {.id = ChannelId(9), .name = "c", .description = std::nullopt, .sort_order = 3}};

std::string names(const std::expected<std::vector<Channel>, ChangeRefusal>& channels) {
  std::string all;
  int order = 0;
  for (const Channel& channel : channels.value()) {
    EXPECT_EQ(channel.sort_order, ++order);
    all += channel.name;
  }
  return all;
}

std::string moved(std::int64_t id, std::optional<ChannelId> before) {
  return names(edited(three, MoveChannel{.id = ChannelId(id), .before = before}));
}

TEST(EditedChannels, ANewOneComesLastWithoutAnId) {
  const auto after = edited(three, CreateChannel{.name = "d", .description = "new"});
  EXPECT_EQ(names(after), "abcd");
  const Channel expected{.id = {}, .name = "d", .description = "new", .sort_order = 4};
  EXPECT_EQ(after->back(), expected);
}

TEST(EditedChannels, OneStandsBeforeTheOtherOrLast) {
  EXPECT_EQ(moved(9, ChannelId(5)), "cab");
  EXPECT_EQ(moved(9, ChannelId(3)), "acb");
  EXPECT_EQ(moved(5, ChannelId(9)), "bac");
  EXPECT_EQ(moved(5, std::nullopt), "bca");
  EXPECT_EQ(moved(3, ChannelId(3)), "abc");
  EXPECT_EQ(moved(3, ChannelId(9)), "abc");
}

TEST(EditedChannels, WhatIsNotGivenStays) {
  const auto renamed =
      edited(three, EditChannel{.id = ChannelId(5), .name = "z", .description = std::nullopt});
  EXPECT_EQ(renamed->front().description, "first");
  const auto described =
      edited(three, EditChannel{.id = ChannelId(5), .name = std::nullopt, .description = "other"});
  EXPECT_EQ(described->front().name, "a");
  EXPECT_EQ(described->front().description, "other");
}

TEST(EditedChannels, AnEmptyDescriptionIsNone) {
  const auto cleared =
      edited(three, EditChannel{.id = ChannelId(5), .name = std::nullopt, .description = ""});
  EXPECT_EQ(cleared->front().description, std::nullopt);
  EXPECT_EQ(edited(three, CreateChannel{.name = "d", .description = ""})->back().description, std::nullopt);
}

TEST(EditedChannels, AfterADeletionTheyAreNumberedWithoutHoles) {
  EXPECT_EQ(names(edited(three, DeleteChannel{.id = ChannelId(3), .purge = Purge::no})), "ac");
}

TEST(EditedChannels, NamesWithinTheListDifferToTheByte) {
  EXPECT_EQ(edited(three, CreateChannel{.name = "a", .description = std::nullopt}).error(),
            ChangeRefusal::name_taken);
  EXPECT_TRUE(edited(three, CreateChannel{.name = "A", .description = std::nullopt}));
}

}  // namespace
}  // namespace chatserver::store
