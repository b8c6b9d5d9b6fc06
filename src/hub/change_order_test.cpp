#include "hub/change_order.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::hub {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Item {
  std::uint64_t place = 0;
};

std::vector<std::uint64_t> places_after(const ChangeOrder<Item>& order, std::uint64_t place) {
  std::vector<std::uint64_t> places;
  order.visit_after(place, [&](std::uint64_t at, const Item& item) {
    EXPECT_EQ(item.place, at);
    places.push_back(at);
    return true;
  });
  return places;
}

class ChangeOrderTest : public testing::Test {
 protected:
  void change(Item& item) {
    if (item.place != 0) order.erase(item.place);
    item.place = ++newest;
    order.append(item.place, item);
  }

  ChangeOrder<Item> order;
  std::uint64_t newest = 0;
};

TEST_F(ChangeOrderTest, WhoChangesAgainComesLast) {
  Item a, b, c;
  for (Item* item : {&a, &b, &c, &a}) change(*item);
  EXPECT_THAT(places_after(order, 0), ElementsAre(2, 3, 4));
  EXPECT_THAT(places_after(order, 2), ElementsAre(3, 4));
  EXPECT_THAT(places_after(order, 4), IsEmpty());
}

TEST_F(ChangeOrderTest, VisitingStopsWhenAsked) {
  Item a, b;
  change(a);
  change(b);
  EXPECT_FALSE(order.visit_after(0, [](std::uint64_t, const Item&) { return false; }));
  EXPECT_TRUE(order.visit_after(2, [](std::uint64_t, const Item&) { return false; }));
}

TEST_F(ChangeOrderTest, DropsOnlyUpToThePlace) {
  std::vector<Item> items(4);
  for (Item& item : items) change(item);
  order.erase_up_to(3, [](const Item& item) { return item.place != 2; });
  EXPECT_THAT(places_after(order, 0), ElementsAre(2, 4));
}

TEST_F(ChangeOrderTest, RandomChangesAgreeWithAMap) {
  std::mt19937 random(1);
  std::vector<Item> items(50);
  std::map<std::uint64_t, Item*> model;
  for (int step = 0; step < 20'000; ++step) {
    Item& item = items[random() % items.size()];
    model.erase(item.place);
    if (item.place != 0 && random() % 4 == 0) {
      order.erase_up_to(item.place, [&](const Item& one) { return &one == &item; });
      item.place = 0;
    } else {
      change(item);
      model[item.place] = &item;
    }
    if (step % 100 != 0) continue;
    std::vector<std::uint64_t> expected;
    for (const auto& [place, unused] : model) expected.push_back(place);
    ASSERT_EQ(places_after(order, 0), expected);
  }
}

}  // namespace
}  // namespace chatserver::hub
