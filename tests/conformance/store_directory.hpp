#pragma once

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_P(StoreConformance, NewDatabaseHasTheChannelGeneral) {
  EXPECT_GT(general_.id, ChannelId(0));
  const Channel expected{.id = general_.id, .name = "General", .description = std::nullopt, .sort_order = 1};
  EXPECT_THAT(store().channels(), ElementsAre(expected));
}

TEST_P(StoreConformance, EachDatabaseHasAnIdentityOfItsOwnForGood) {
  const auto id = store().server_id();
  EXPECT_THAT(id,
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  reopen();
  EXPECT_EQ(store().server_id(), id);
  EXPECT_NE(GetParam().make()->open()->server_id(), id);
}

TEST_P(StoreConformance, UsersBelongToTheFirstIssuerUntilAnotherOneNamesItAsItsFormerOne) {
  EXPECT_EQ(store().claim_users("https://one.example", ""), "https://one.example");
  reopen();
  EXPECT_EQ(store().claim_users("https://one.example", ""), "https://one.example");
  EXPECT_EQ(store().claim_users("https://two.example", ""), "https://one.example");
  EXPECT_EQ(store().claim_users("https://two.example", "https://other.example"), "https://one.example");
  EXPECT_EQ(store().claim_users("https://two.example", "https://one.example"), "https://two.example");
  reopen();
  EXPECT_EQ(store().claim_users("https://one.example", ""), "https://two.example");
  EXPECT_EQ(store().claim_users("https://two.example", "https://one.example"), "https://two.example");
}

TEST_P(StoreConformance, UsersAreKnownByTheirLatestName) {
  const auto named = [](std::string id, std::string name) {
    return User{.id = UserId(std::move(id)), .username = std::move(name)};
  };
  store().record_seen(std::vector<SeenUser>{{named("1", "ada"), at(1)}, {named("2", "bob"), at(1)}});
  store().record_seen(
      std::vector<SeenUser>{{named("1", "lovelace"), at(3)}, {named("1", "too late"), at(2)}});
  store().record_seen({});
  reopen();
  EXPECT_THAT(store().users(), UnorderedElementsAre(named("1", "lovelace"), named("2", "bob")));
}

TEST_P(StoreConformance, UsersMayShareAName) {
  const User first{.id = UserId("1"), .username = "ada"};
  const User second{.id = UserId("2"), .username = "ada"};
  store().record_seen(std::vector<SeenUser>{{first, at(1)}, {second, at(2)}});
  EXPECT_THAT(store().users(), UnorderedElementsAre(first, second));
}

[[nodiscard]] inline Ban ban(std::string_view banished, std::optional<Timestamp> end) {
  return {.id = {},
          .owner = user("admin").id,
          .banished = user(banished).id,
          .reason = "it's \"him\"",
          .start = at(0, 1),
          .end = end};
}

TEST_P(StoreConformance, ABanIsInForceUntilJustBeforeItsEnd) {
  const auto added = add_ban(ban("bob", at(10)));
  EXPECT_GT(added.id, BanId(0));
  reopen();
  EXPECT_THAT(store().bans_in_force(at(9, 999'999)), ElementsAre(added));
  EXPECT_THAT(store().bans_in_force(at(10)), IsEmpty());
}

TEST_P(StoreConformance, ABanWithoutEndIsForGoodUntilPardoned) {
  const auto added = add_ban(ban("bob", std::nullopt));
  const auto other = add_ban(ban("bob", std::nullopt));
  EXPECT_NE(added.id, other.id);
  EXPECT_THAT(store().bans_in_force(at(1'000'000'000)), UnorderedElementsAre(added, other));
  EXPECT_TRUE(store().commit(BanPardoned{added.id, user("root").id}, at(15)));
  reopen();
  EXPECT_THAT(store().bans_in_force(at(20)), ElementsAre(other));
  EXPECT_TRUE(store().commit(BanPardoned{added.id, user("root").id}, at(15)));  // it is there still, pardoned
  EXPECT_EQ(store().commit(BanPardoned{BanId(other.id.value() + 1000), user("root").id}, at(15)).error(),
            ChangeRefusal::not_found);
}

TEST_P(StoreConformance, RateLimitStartsAsGivenAndStaysAsSet) {
  EXPECT_EQ(store().rate_limit(), GetParam().initial_rate_limit);
  const RateLimit changed{.messages = 77, .window = std::chrono::seconds(5)};
  ASSERT_TRUE(store().commit(RateLimitChanged{changed}, at(1)));
  EXPECT_EQ(store().rate_limit(), changed);
  reopen();
  EXPECT_EQ(store().rate_limit(), changed);
}

}  // namespace chatserver::store::conformance
