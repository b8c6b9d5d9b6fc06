#include "chat/history.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/server_frame.hpp"
#include "support/server_frames.hpp"
#include "support/tombstone_store.hpp"

namespace chatserver::chat {
namespace {

using testing::HasSubstr;
using testing::Not;

Message message(std::int64_t id, std::string_view author) {
  return {.cache_id = CacheId(id),
          .author = {UserId(std::string(author)), std::string(author)},
          .channel_id = ChannelId(1),
          .channel = "General",
          .text = "hello",
          .authored_at = {},
          .nonce = "nonce-of-" + std::string(author)};
}

PrivateMessage private_message(std::int64_t id, std::string_view author) {
  return {.cache_id = CacheId(id),
          .author = {UserId(std::string(author)), std::string(author)},
          .recipient = {UserId("ann"), "ann"},
          .text = "psst",
          .authored_at = {},
          .nonce = "nonce-of-" + std::string(author)};
}

// A cache that answers reads with what it was given, and remembers what was asked.
class ReadOnlyCache final : public cache::MessageCache {
 public:
  struct Asked {
    CacheId after;
    CacheId up_to;
    std::size_t limit = 0;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  store::Messages messages;
  store::PrivateMessages private_messages;
  store::IdMarks marks;
  std::optional<Asked> asked;
  std::optional<Asked> asked_private;
  std::optional<Asked> asked_newest;

  store::Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override {
    asked = {after, up_to, limit};
    return messages;
  }
  store::PrivateMessages private_messages_between(const UserId&, CacheId after, CacheId up_to,
                                                  std::size_t limit) override {
    asked_private = {after, up_to, limit};
    return private_messages;
  }

  store::PrivateMessages newest_private_messages(const UserId&, CacheId up_to, std::size_t limit) override {
    asked_newest = {CacheId(0), up_to, limit};
    return private_messages;
  }

  store::IdMarks given_out() override { return marks; }

  cache::Snapshot open() override { throw std::logic_error("only reads"); }
  void start(cache::Subscriber&) override { throw std::logic_error("only reads"); }
  void submit(cache::Submission) override { throw std::logic_error("only reads"); }
  std::expected<cache::Change, cache::ChangeError> change(cache::Change) override {
    throw std::logic_error("only reads");
  }
  store::MessagePage history(ChannelId, std::optional<CacheId>, std::size_t) override { return {}; }
  store::PrivateMessagePage private_history(const UserId&, const std::optional<UserId>&,
                                            std::optional<CacheId>, std::size_t) override {
    return {};
  }
  RateLimit rate_limit() const override { return {}; }
  bool available() const override { return true; }
  void stop() override {}
};

class HistoryTest : public testing::Test {
 protected:
  static HistoryRequest request() {
    return {.user = UserId("ann"),
            .last_public = CacheId(50),
            .last_private = CacheId(20),
            .since = std::nullopt,
            .deleted_up_to = std::nullopt,
            .private_since = std::nullopt,
            .beyond = std::nullopt,
            .recent_max = 10,
            .resume_max = 30};
  }
  History read(const HistoryRequest& asked) { return read_history(asked, cache, deletions); }
  static std::string text(const hub::FramePtr& frame) {
    return frame ? test::read_server_frames(*frame).frames.at(0).payload : "nothing";
  }

  ReadOnlyCache cache;
  test::TombstoneStore store;
  RecentDeletions deletions{store};
};

TEST_F(HistoryTest, FirstWelcomeReadsTheRecentPrivateMessagesOnly) {
  cache.private_messages = {.messages = {private_message(19, "bob")}, .truncated = false};
  const History history = read(request());
  EXPECT_EQ(history.messages, nullptr);
  EXPECT_EQ(cache.asked, std::nullopt);
  EXPECT_EQ(cache.asked_newest, (ReadOnlyCache::Asked{CacheId(0), CacheId(20), 10}));
  EXPECT_THAT(text(history.private_messages), HasSubstr("psst"));
  EXPECT_THAT(text(history.private_messages), Not(HasSubstr("truncated")));
  EXPECT_EQ(history.deleted, nullptr);
}

TEST_F(HistoryTest, ResumeReadsUpToWhereLiveTrafficBegins) {
  cache.messages = {.messages = {message(41, "bob"), message(42, "ann")}, .truncated = true};
  HistoryRequest asked = request();
  asked.since = CacheId(40);
  asked.private_since = CacheId(20);
  const History history = read(asked);
  EXPECT_EQ(cache.asked, (ReadOnlyCache::Asked{CacheId(40), CacheId(50), 30}));
  EXPECT_THAT(text(history.messages), HasSubstr("\"truncated\":true"));
  EXPECT_THAT(text(history.messages), HasSubstr("nonce-of-ann"));
  EXPECT_THAT(text(history.messages), Not(HasSubstr("nonce-of-bob"))) << "nonces are their author's";
  EXPECT_EQ(cache.asked_private, std::nullopt) << "nothing can be newer";
  EXPECT_EQ(history.private_messages, nullptr);
}

TEST_F(HistoryTest, NothingNewIsNoFrame) {
  HistoryRequest asked = request();
  asked.since = CacheId(50);
  asked.private_since = CacheId(19);
  asked.deleted_up_to = CacheId(50);
  const History history = read(asked);
  EXPECT_EQ(history.messages, nullptr);
  EXPECT_EQ(history.private_messages, nullptr);
  EXPECT_EQ(history.deleted, nullptr);
}

TEST_F(HistoryTest, PrivateNoncesAreTheirAuthors) {
  cache.private_messages = {.messages = {private_message(18, "bob"), private_message(19, "ann")},
                            .truncated = false};
  const std::string shown = text(read(request()).private_messages);
  EXPECT_THAT(shown, HasSubstr("nonce-of-ann"));
  EXPECT_THAT(shown, Not(HasSubstr("nonce-of-bob")));
}

TEST_F(HistoryTest, ResumeThatLeavesPrivateMessagesOutSaysSo) {
  cache.private_messages = {.messages = {private_message(19, "bob")}, .truncated = true};
  HistoryRequest asked = request();
  asked.private_since = CacheId(3);
  EXPECT_THAT(text(read(asked).private_messages), HasSubstr("\"truncated\":true"));
  EXPECT_EQ(cache.asked_private, (ReadOnlyCache::Asked{CacheId(3), CacheId(20), 30}));
}

TEST_F(HistoryTest, UnknownPrivateIdIsAReset) {
  HistoryRequest asked = request();
  asked.private_since = CacheId(21);
  EXPECT_THAT(text(read(asked).private_messages), HasSubstr("\"reset\":true"))
      << "even when there is nothing";
  EXPECT_EQ(cache.asked_newest, (ReadOnlyCache::Asked{CacheId(0), CacheId(20), 10}));
}

TEST_F(HistoryTest, FirstWelcomeSaysThatPrivateMessagesAreMissing) {
  cache.private_messages = {.messages = {}, .truncated = true};
  EXPECT_EQ(text(read(request()).private_messages),
            protocol::bulk_private_messages({}, {.truncated = true, .reset = false}))
      << "even when there is nothing else";
}

TEST_F(HistoryTest, WhoHasSeenMoreElsewhereIsNotResetButComesLater) {
  cache.marks = {.messages = CacheId(60), .private_messages = CacheId(30)};
  HistoryRequest asked = request();
  asked.beyond = CacheId(60);
  EXPECT_THROW((void)read(asked), store::Unavailable);
  asked.beyond = std::nullopt;
  asked.private_since = CacheId(30);
  EXPECT_THROW((void)read(asked), store::Unavailable);
}

TEST_F(HistoryTest, IdsThatNoServerHasGivenOutAreAReset) {
  cache.marks = {.messages = CacheId(60), .private_messages = CacheId(30)};
  HistoryRequest asked = request();
  asked.beyond = CacheId(61);
  asked.private_since = CacheId(31);
  EXPECT_THAT(text(read(asked).private_messages), HasSubstr("\"reset\":true"));
}

TEST_F(HistoryTest, DeletionsAmongTheKnownIdsAreTold) {
  deletions.add({CacheId(3), CacheId(45)});
  store.away = true;
  HistoryRequest asked = request();
  asked.deleted_up_to = CacheId(40);
  const std::vector<CacheId> ids{CacheId(3)};
  EXPECT_EQ(text(read(asked).deleted), protocol::message_deleted(std::nullopt, ids));
}

}  // namespace
}  // namespace chatserver::chat
