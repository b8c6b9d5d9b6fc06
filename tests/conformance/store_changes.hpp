#pragma once

// The outbox of changes; part of conformance/store.hpp.

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreConformance, EachChangeStaysInTheOutboxUntilItWasApplied) {
  append_messages(1, 2);
  std::vector<CommittedChange> committed;
  const auto commit = [&](Change change) {
    auto one = store().commit(std::move(change), at(100));
    ASSERT_TRUE(one);
    committed.push_back(*std::move(one));
  };
  EXPECT_THAT(store().unapplied_changes(10), IsEmpty());
  commit(UserBanned{{.id = {},
                     .owner = user("root").id,
                     .banished = user("bob").id,
                     .reason = "it's \"him\" \xe2\x80\xae",
                     .start = at(1),
                     .end = at(2, 3)}});
  commit(BanPardoned{std::get<UserBanned>(committed.front().change).ban.id, user("root").id});
  commit(MessagesDeleted{.ids = {CacheId(2), CacheId(9)}, .tombstones = {}});
  commit(RateLimitChanged{{.messages = 5, .window = std::chrono::seconds(6)}});
  commit(ChannelsChanged{
      .edit = CreateChannel{.name = "news", .description = "d"}, .channels = {}, .purged = {}});
  reopen();
  EXPECT_EQ(store().unapplied_changes(10), committed);
  EXPECT_THAT(store().unapplied_changes(1), ElementsAre(committed.front()));

  store().changes_applied(committed[2].id);
  reopen();
  EXPECT_THAT(store().unapplied_changes(10), ElementsAre(committed[3], committed[4]));
  store().changes_applied(committed[4].id);
  commit(RateLimitChanged{{.messages = 7, .window = std::chrono::seconds(8)}});
  EXPECT_GT(committed.back().id, committed[4].id);
  EXPECT_THAT(store().unapplied_changes(10), ElementsAre(committed.back()));
}

TEST_P(StoreConformance, ARefusedChangeLeavesNoRow) {
  EXPECT_FALSE(store().commit(BanPardoned{BanId(4711), user("root").id}, at(1)));
  EXPECT_FALSE(store().commit(MessagesDeleted{.ids = {CacheId(4711)}, .tombstones = {}}, at(1)));
  EXPECT_THAT(store().unapplied_changes(10), IsEmpty());
}

TEST_P(StoreConformance, ABanLeavesOneOfThoseWhomItNames) {
  const auto banning = [&](std::string_view whom, std::optional<std::vector<UserId>> one_left_of,
                           std::optional<Timestamp> end = std::nullopt) {
    const Ban ban{.id = {},
                  .owner = user("root").id,
                  .banished = user(whom).id,
                  .reason = "r",
                  .start = at(1),
                  .end = end};
    return store().commit(UserBanned{.ban = ban, .one_left_of = std::move(one_left_of)}, at(100));
  };
  const UserId ada = user("ada").id;
  const UserId bob = user("bob").id;
  EXPECT_EQ(banning("eve", std::vector<UserId>{}).error(), ChangeRefusal::last_admin);
  ASSERT_TRUE(banning("ada", std::nullopt, at(99)));  // over by then
  ASSERT_TRUE(banning("bob", std::vector{ada}));
  EXPECT_EQ(banning("ada", std::vector{bob}).error(), ChangeRefusal::last_admin);
  EXPECT_EQ(store().bans_in_force(at(100)).size(), 1U);
  const auto named = banning("eve", std::vector{bob, ada});
  ASSERT_TRUE(named);
  EXPECT_EQ(std::get<UserBanned>(named->change).one_left_of, std::nullopt);
  EXPECT_TRUE(banning("ada", std::nullopt));
}

}  // namespace chatserver::store::conformance
