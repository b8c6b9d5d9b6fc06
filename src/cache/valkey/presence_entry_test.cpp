#include "cache/valkey/presence_entry.hpp"

#include <initializer_list>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Reply list(std::initializer_list<const char*> texts) {
  Reply::Array all;
  for (const char* text : texts) all.push_back({std::string(text)});
  return {all};
}
Reply entry(const char* id, std::initializer_list<const char*> fields) {
  return {Reply::Array{{std::string(id)}, list(fields)}};
}

TEST(PresenceEntryTest, ChangesAreReadInTheirOrder) {
  const PresenceEntry read = presence_entry(
      entry("17-1", {"p", "17-0", "n", "node", "k", "", "+ann", "Ann B", "-bob", "", "+p", "named p"}));
  EXPECT_EQ(read.id, (EntryId{17, 1}));
  EXPECT_EQ(read.previous, (EntryId{17, 0}));
  EXPECT_EQ(read.node, "node");
  EXPECT_FALSE(read.begins || read.ends || read.gone);
  EXPECT_EQ(read.version, 0U);
  EXPECT_THAT(read.changes,
              ElementsAre(UserPresence{.user = {.id = UserId("ann"), .username = "Ann B"}, .present = true},
                          UserPresence{.user = {.id = UserId("bob"), .username = ""}, .present = false},
                          UserPresence{.user = {.id = UserId("p"), .username = "named p"}, .present = true}));
}

TEST(PresenceEntryTest, KindsSayWhatHappenedToTheNode) {
  const auto kind = [](const char* text) {
    return presence_entry(entry("1-1", {"p", "0-0", "n", "node", "k", text}));
  };
  EXPECT_TRUE(kind("b").begins);
  EXPECT_FALSE(kind("b").ends);
  EXPECT_TRUE(kind("be").begins && kind("be").ends);
  EXPECT_TRUE(kind("g").gone);
}

TEST(PresenceEntryTest, TheVersionIsThatOfTheNode) {
  const PresenceEntry read =
      presence_entry(entry("1-1", {"p", "0-0", "n", "node", "k", "", "v", "17", "+v", "V"}));
  EXPECT_EQ(read.version, 17U);
  EXPECT_EQ(read.changes.size(), 1U);
}

TEST(PresenceEntryTest, WhatWeDidNotWriteIsRefused) {
  EXPECT_THROW((void)presence_entry(entry("no id", {"n", "node"})), Garbled);
  EXPECT_THROW((void)presence_entry(entry("1-1", {"p", "0-0", "k", "b"})), Garbled);
  EXPECT_THROW((void)presence_entry(entry("1-1", {"p", "x", "n", "node"})), Garbled);
  EXPECT_THROW((void)presence_entry(entry("1-1", {"p", "0-0", "n", "node", "v", "1x"})), Garbled);
  EXPECT_THROW((void)presence_state(list({"node:a", "99 "})), Garbled);
  EXPECT_THROW((void)presence_entry(Reply{std::string("OK")}), Garbled);
  EXPECT_THROW((void)sightings(list({"ann", "nameless"})), Garbled);
  EXPECT_THROW((void)sightings(list({"ann", "x Ann"})), Garbled);
}

TEST(PresenceEntryTest, TheStateNamesTheNodes) {
  const PresenceState state = presence_state(list({"node:a", "99 1", "last", "5-3", "node:b", "98 2"}));
  EXPECT_EQ(state.last, (EntryId{5, 3}));
  EXPECT_THAT(state.nodes, ElementsAre(Pair("a", 1U), Pair("b", 2U)));
  EXPECT_THAT(presence_state(list({})).nodes, IsEmpty());
}

TEST(PresenceEntryTest, NamesMayHaveSpaces) {
  const auto seen = sightings(list({"ann", "5-3 Ann of Cleves"}));
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen.front().user, (User{.id = UserId("ann"), .username = "Ann of Cleves"}));
  EXPECT_EQ(seen.front().at, (EntryId{5, 3}));
}

}  // namespace
}  // namespace chatserver::cache::valkey
