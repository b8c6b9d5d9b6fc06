#include "chat/directory.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace chatserver::chat {
namespace {

using std::chrono::hours;

Channel channel(std::int64_t id, std::string_view name) {
  return {.id = ChannelId(id), .name = std::string(name), .description = std::nullopt, .sort_order = 1};
}

class DirectoryTest : public testing::Test {
 protected:
  Ban ban(std::int64_t id, std::string_view user, std::optional<hours> lasts) {
    const Timestamp start = clock.utc();
    return {.id = BanId(id),
            .owner = UserId("admin"),
            .banished = UserId(std::string(user)),
            .reason = "spam",
            .start = start,
            .end = lasts ? std::optional(start + *lasts) : std::nullopt};
  }
  bool see(std::string_view id, std::string_view name) {
    return directory.see(std::make_shared<const User>(UserId(std::string(id)), std::string(name)));
  }
  std::optional<BanId> banned(const Directory& in, std::string_view user) {
    const auto found = in.ban(UserId(std::string(user)), clock.utc());
    return found ? std::optional(found->id) : std::nullopt;
  }

  ManualClock clock;
  Directory directory{{channel(3, "Lobby"), channel(1, "Games")}, {{UserId("ann"), "Ann"}}, {}, {}};
};

TEST_F(DirectoryTest, ChannelIsFoundByItsNameAndId) {
  EXPECT_EQ(directory.channel_for("Games")->id, ChannelId(1));
  EXPECT_EQ(directory.channel_for("games"), std::nullopt);
  EXPECT_EQ(directory.channel(ChannelId(3))->name, "Lobby");
  EXPECT_EQ(directory.channel(ChannelId(9)), std::nullopt);
}

TEST_F(DirectoryTest, GeneralIsTheFirstChannelWhileNoneIsCalledSo) {
  EXPECT_EQ(directory.channel_for("General")->id, ChannelId(3));
  const Directory named({channel(3, "Lobby"), channel(7, "General")}, {}, {}, {});
  EXPECT_EQ(named.channel_for("General")->id, ChannelId(7));
  EXPECT_EQ(Directory({}, {}, {}, {}).channel_for("General"), std::nullopt);
}

TEST_F(DirectoryTest, UserIsKnownUnderTheLatestName) {
  EXPECT_EQ(directory.user(UserId("ann"))->username, "Ann");
  EXPECT_FALSE(see("ann", "Ann"));
  EXPECT_TRUE(see("ann", "Anna"));
  EXPECT_EQ(directory.user(UserId("ann"))->username, "Anna");
  EXPECT_EQ(directory.user(UserId("bob")), std::nullopt);
  EXPECT_TRUE(see("bob", "Bob"));
  EXPECT_EQ(directory.user(UserId("bob"))->username, "Bob");
}

TEST_F(DirectoryTest, BanRunsOut) {
  directory.add_ban(ban(1, "ann", hours{2}));
  EXPECT_EQ(banned(directory, "ann"), BanId(1));
  EXPECT_EQ(banned(directory, "bob"), std::nullopt);
  clock.advance(hours{2});
  EXPECT_EQ(banned(directory, "ann"), std::nullopt);
}

TEST_F(DirectoryTest, BanThatEndsLastCounts) {
  directory.add_ban(ban(1, "ann", hours{2}));
  directory.add_ban(ban(2, "ann", hours{5}));
  directory.add_ban(ban(3, "ann", hours{3}));
  EXPECT_EQ(banned(directory, "ann"), BanId(2));
  directory.add_ban(ban(4, "ann", std::nullopt));
  directory.add_ban(ban(5, "ann", hours{9}));
  EXPECT_EQ(banned(directory, "ann"), BanId(4));
}

TEST_F(DirectoryTest, PardonLeavesOtherBansInForce) {
  directory.add_ban(ban(1, "ann", std::nullopt));
  directory.add_ban(ban(2, "ann", hours{1}));
  directory.pardon(BanId(1));
  EXPECT_EQ(banned(directory, "ann"), BanId(2));
  directory.pardon(BanId(2));
  EXPECT_EQ(banned(directory, "ann"), std::nullopt);
}

TEST_F(DirectoryTest, BansFromTheStoreAreInForce) {
  const Directory loaded({}, {}, {ban(1, "ann", hours{1})}, {});
  EXPECT_EQ(banned(loaded, "ann"), BanId(1));
}

TEST_F(DirectoryTest, RateLimitIsWhatWasSetLast) {
  const RateLimit limit{.messages = 3, .window = std::chrono::seconds{9}};
  directory.set_rate_limit(limit);
  EXPECT_EQ(directory.rate_limit(), limit);
}

TEST_F(DirectoryTest, ChannelsAreReplacedAsAWhole) {
  const Channel general{.id = ChannelId(1), .name = "General", .description = std::nullopt, .sort_order = 1};
  const Channel news{.id = ChannelId(2), .name = "news", .description = std::nullopt, .sort_order = 1};
  Directory directory({general}, {}, {}, {});
  const Directory::Channels before = directory.channels();
  directory.set_channels({news});
  EXPECT_EQ(directory.channel_for("General"), news) << "the first stands in for it";
  EXPECT_EQ(directory.channel(ChannelId(1)), std::nullopt);
  EXPECT_EQ(before->front(), general) << "who holds the list keeps it";
}

}  // namespace
}  // namespace chatserver::chat
