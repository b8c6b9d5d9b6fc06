#pragma once

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

using testing::ElementsAre;
using testing::IsEmpty;

[[nodiscard]] inline User named(std::string_view id, std::string_view name) {
  return {.id = UserId(std::string(id)), .username = std::string(name)};
}

TEST_P(StoreConformance, ThePresentHolderOfANameComesFirst) {
  store().record_seen(std::vector<SeenUser>{
      {named("1", "ada"), at(1)}, {named("2", "ada"), at(3)}, {named("3", "ada"), at(2)}});
  const std::vector expected{named("2", "ada"), named("3", "ada"), named("1", "ada")};
  EXPECT_EQ(store().find_users("ada", NameMatch::exact, 10), expected);
  EXPECT_THAT(store().find_users("ada", NameMatch::exact, 1), ElementsAre(expected.front()));
  store().record_seen(std::vector<SeenUser>{{named("2", "lovelace"), at(4)}});
  EXPECT_THAT(store().find_users("ada", NameMatch::exact, 1), ElementsAre(named("3", "ada")));
}

TEST_P(StoreConformance, ANameIsFoundByNothingButItself) {
  store().record_seen(std::vector<SeenUser>{{named("1", "ada"), at(1)}, {named("2", "a%_"), at(1)}});
  for (const std::string_view other : {"", "a", "Ada", "ada ", "ad_", "%", "ada%", "àda"}) {
    EXPECT_THAT(store().find_users(other, NameMatch::exact, 10), IsEmpty()) << other;
  }
  EXPECT_THAT(store().find_users("a%_", NameMatch::exact, 10), ElementsAre(named("2", "a%_")));
  EXPECT_THAT(store().find_users(std::string_view("ada\0", 4), NameMatch::exact, 10), IsEmpty());
}

TEST_P(StoreConformance, NamesThatBeginAlikeAreListedByName) {
  store().record_seen(std::vector<SeenUser>{{named("1", "bea"), at(1)},
                                            {named("2", "be"), at(1)},
                                            {named("3", "be\U0001F41D"), at(1)},
                                            {named("4", "Be"), at(1)},
                                            {named("5", "bf"), at(1)},
                                            {named("6", "be"), at(2)}});
  EXPECT_THAT(store().find_users("be", NameMatch::prefix, 10),
              ElementsAre(named("6", "be"), named("2", "be"), named("1", "bea"), named("3", "be\U0001F41D")));
  EXPECT_THAT(store().find_users("be", NameMatch::prefix, 2),
              ElementsAre(named("6", "be"), named("2", "be")));
  EXPECT_THAT(store().find_users("", NameMatch::prefix, 10), testing::SizeIs(6));
  EXPECT_THAT(store().find_users("%", NameMatch::prefix, 10), IsEmpty());
}

TEST_P(StoreConformance, BansAreRecordedForGoodNewestFirst) {
  store().record_seen(std::vector<SeenUser>{{named("bob", "Bob"), at(1)}});
  Ban first = add_ban(ban("bob", std::nullopt));
  const Ban over = add_ban(ban("eve", at(1)));
  const Ban last = add_ban(ban("bob", at(1000)));
  EXPECT_TRUE(store().commit(BanPardoned{first.id, user("root").id}, at(100)));
  // What is pardoned already was pardoned by somebody else.
  EXPECT_TRUE(store().commit(BanPardoned{first.id, user("eve").id}, at(200)));
  first.pardoned = true;
  reopen();
  const auto record = [](const Ban& of, std::optional<std::string> name,
                         std::optional<Pardon> pardon = std::nullopt) {
    return BanRecord{.ban = of, .banished_username = std::move(name), .pardon = std::move(pardon)};
  };
  const Pardon pardon{.by = user("root").id, .at = at(100)};
  const BanPage all = store().ban_records(10, 0);
  EXPECT_FALSE(all.has_more);
  EXPECT_THAT(all.records,
              ElementsAre(record(last, "Bob"), record(over, std::nullopt), record(first, "Bob", pardon)));

  const BanPage middle = store().ban_records(1, 1);
  EXPECT_TRUE(middle.has_more);
  EXPECT_THAT(middle.records, ElementsAre(record(over, std::nullopt)));
  EXPECT_FALSE(store().ban_records(1, 2).has_more);
  EXPECT_THAT(store().ban_records(10, no_limit).records, IsEmpty());
}

}  // namespace chatserver::store::conformance
