#pragma once

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

TEST_P(StoreConformance, ANonceFindsItsMessageInEitherStream) {
  append({message(1, "first")}, {whisper(1, "ada", "bob", "second")});
  reopen();
  const auto said = store().find_nonce(user("ada").id, "first", at(0));
  ASSERT_TRUE(said);
  EXPECT_EQ(std::get<Message>(said->original), message(1, "first"));
  const auto whispered = store().find_nonce(user("ada").id, "second", at(0));
  ASSERT_TRUE(whispered);
  EXPECT_EQ(std::get<PrivateMessage>(whispered->original), whisper(1, "ada", "bob", "second"));
}

TEST_P(StoreConformance, ManyNoncesFindTheirMessagesEachInItsPlace) {
  append({message(1, "first"), message(2, "second")}, {whisper(1, "ada", "bob", "third")});
  EXPECT_EQ(delete_messages({2}).size(), 1U);
  const UserId ada = user("ada").id;
  const std::vector<UserNonce> nonces{{ada, "never used"}, {ada, "third"}, {user("bob").id, "first"},
                                      {ada, "second"},     {ada, "first"}, {ada, "first"}};
  const auto uses = store().find_nonces(nonces, at(0));
  ASSERT_EQ(uses.size(), nonces.size());
  EXPECT_FALSE(uses[0]);
  EXPECT_EQ(std::get<PrivateMessage>(uses[1].value().original), whisper(1, "ada", "bob", "third"));
  EXPECT_FALSE(uses[2]);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(uses[3].value().original));
  EXPECT_EQ(std::get<Message>(uses[4].value().original), message(1, "first"));
  EXPECT_EQ(std::get<Message>(uses[5].value().original), message(1, "first"));
  EXPECT_TRUE(store().find_nonces({}, at(0)).empty());
}

TEST_P(StoreConformance, ANonceIsItsAuthorsAlone) {
  append({message(1, "n")}, {whisper(1, "ada", "bob", "m")});
  EXPECT_FALSE(store().find_nonce(user("bob").id, "n", at(0)));
  EXPECT_FALSE(store().find_nonce(user("bob").id, "m", at(0)));
  EXPECT_FALSE(store().find_nonce(user("ada").id, "N", at(0)));
}

TEST_P(StoreConformance, MessagesWithoutNonceAreNotFoundByTheEmptyOne) {
  append({message(1)});
  EXPECT_FALSE(store().find_nonce(user("ada").id, "", at(0)));
}

TEST_P(StoreConformance, ANonceCountsFromTheInstantAskedForOn) {
  append({message(5, "n")});
  EXPECT_TRUE(store().find_nonce(user("ada").id, "n", at(5, 5)));
  EXPECT_FALSE(store().find_nonce(user("ada").id, "n", at(5, 6)));
}

TEST_P(StoreConformance, ALaterUseOfANonceReplacesTheEarlier) {
  append({message(1, "n")});
  append({}, {whisper(9, "ada", "bob", "n")});
  append({message(1, "n")});  // arrives again: still the earlier use
  const auto use = store().find_nonce(user("ada").id, "n", at(0));
  ASSERT_TRUE(use);
  EXPECT_EQ(std::get<PrivateMessage>(use->original).cache_id, CacheId(9));
}

TEST_P(StoreConformance, TheNonceOfADeletedMessageIsStillUsed) {
  append({message(1, "n")});
  EXPECT_EQ(delete_messages({1}).size(), 1U);
  append({message(1, "n")});
  reopen();
  const auto use = store().find_nonce(user("ada").id, "n", at(0));
  ASSERT_TRUE(use);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(use->original));
}

TEST_P(StoreConformance, ForgottenNoncesAreThoseUsedBefore) {
  append({message(1, "a"), message(2, "b"), message(3, "c")});
  EXPECT_EQ(store().forget_nonces(at(3, 3)), 2U);
  EXPECT_EQ(store().forget_nonces(at(3, 3)), 0U);
  EXPECT_FALSE(store().find_nonce(user("ada").id, "b", at(0)));
  EXPECT_TRUE(store().find_nonce(user("ada").id, "c", at(0)));
  EXPECT_EQ(all_messages().size(), 3U);
}

}  // namespace chatserver::store::conformance
