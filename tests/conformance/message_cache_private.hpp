#pragma once

#include "conformance/message_cache.hpp"

namespace chatserver::cache::conformance {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(MessageCacheConformance, TheNewestPrivateMessagesAreTheUsersOwn) {
  start();
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(accepted_id(send(whisper("psst"))), i);
  EXPECT_EQ(accepted_id(send(whisper("psst", "", "ada", "eve"))), 4);
  const auto read = [&](const std::string& who, CacheId up_to, std::size_t limit) {
    const store::PrivateMessages found = cache().newest_private_messages(UserId{who}, up_to, limit);
    EXPECT_FALSE(found.truncated);
    return ids(found.messages);
  };
  EXPECT_THAT(read("bob", newest, 2), ElementsAre(2, 3));
  EXPECT_THAT(read("ada", CacheId(3), 9), ElementsAre(1, 2, 3));
  EXPECT_THAT(read("eve", newest, 9), ElementsAre(4));
  EXPECT_THAT(read("dan", newest, 9), IsEmpty());
}

TEST_P(MessageCacheConformance, WhoHadNoPrivateMessagesSinceNeedsNoStore) {
  start();
  EXPECT_EQ(accepted_id(send(whisper("psst"))), 1);
  EXPECT_EQ(accepted_id(send(whisper("psst", "", "ada", "eve"))), 2);
  for (const bool restarted : {false, true}) {
    if (restarted) start();
    world().set_unreadable(true);
    EXPECT_FALSE(cache().newest_private_messages(UserId{"dan"}, newest, 9).truncated);
    EXPECT_THAT(cache().private_messages_between(UserId{"dan"}, CacheId(0), newest, 9).messages, IsEmpty());
    EXPECT_THAT(cache().private_messages_between(UserId{"bob"}, CacheId(1), newest, 9).messages, IsEmpty());
    world().set_unreadable(false);
  }
}

TEST_P(MessageCacheConformance, NoPrivateMessageIsLeftOutInSilence) {
  start();
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(accepted_id(send(whisper("psst"))), i);
  start();
  world().set_unreadable(true);
  const store::PrivateMessages recent = cache().newest_private_messages(UserId{"bob"}, newest, 9);
  EXPECT_TRUE(recent.truncated || recent.messages.size() == 3);
  try {
    EXPECT_THAT(ids(cache().private_messages_between(UserId{"bob"}, CacheId(1), newest, 9).messages),
                ElementsAre(2, 3));
  } catch (const store::Unavailable&) {
    EXPECT_TRUE(recent.truncated) << "what memory has is told";
  }
  world().set_unreadable(false);
  EXPECT_THAT(ids(cache().newest_private_messages(UserId{"bob"}, newest, 9).messages), ElementsAre(1, 2, 3));
}

}  // namespace chatserver::cache::conformance
