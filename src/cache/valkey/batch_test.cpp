#include "cache/valkey/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/valkey/entry_samples.hpp"

namespace chatserver::cache::valkey {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const User ada{.id = UserId("ada"), .username = "Ada"};
const User bob{.id = UserId("bob"), .username = "Bob"};

Submission public_submission(std::uint64_t session) {
  return {.origin = {.shard = 1, .session = session},
          .author = ada,
          .to = ChannelId(3),
          .text = "hello",
          .nonce = "n1"};
}

Reply answer(std::vector<std::string> words) {
  Reply::Array array;
  for (std::string& word : words) array.push_back({std::move(word)});
  return {std::move(array)};
}

TEST(ValkeyBatch, ArgumentsAreTheHeadThenMessagesThenNewcomers) {
  const AppendHead head{.node = "node",
                        .number = 7,
                        .generation = "g",
                        .seen = {.first = 5, .second = 1},
                        .ceiling = {CacheId(100), CacheId(200)},
                        .backlog_max = 10,
                        .time = {}};
  const std::vector<Submission> submissions{
      public_submission(1), {.origin = {}, .author = ada, .to = bob, .text = "psst", .nonce = ""}};
  EXPECT_THAT(append_arguments(head, submissions, {&bob, 1}),
              ElementsAre("node", "7", "g", "5-1", "100", "200", "10", "", "",  //
                          "m", "ada", "Ada", "3", "", "hello", "n1",            //
                          "w", "ada", "Ada", "bob", "Bob", "psst", "",          //
                          "u", "bob", "Bob", "", "", "", ""));
}

TEST(ValkeyBatch, EachMessageHasOneOutcomeAndTheAcceptedOneNoneHere) {
  const std::vector<Submission> submissions(6, public_submission(9));
  const Reply reply{Reply::Array{answer({"a", "6-0"}), answer({"n"}), answer({"b"}), answer({"c"}),
                                 answer({"l", "1500"}), answer({"u"}), answer({"a", "6-1"})}};
  const Appended appended = read_answers(reply, submissions, 1);
  EXPECT_EQ(appended.last_accepted, (EntryId{.first = 6, .second = 0}));
  EXPECT_THAT(appended.answers.repeats, IsEmpty());
  std::vector<RefusalReason> reasons;
  for (const Refusal& refusal : appended.answers.refusals) {
    reasons.push_back(refusal.reason);
    EXPECT_EQ(refusal.origin.session, 9U);
    EXPECT_EQ(refusal.nonce, "n1");
  }
  EXPECT_THAT(reasons, ElementsAre(RefusalReason::nonce_conflict, RefusalReason::banned,
                                   RefusalReason::unknown_channel, RefusalReason::rate_limited,
                                   RefusalReason::unavailable));
  EXPECT_EQ(appended.answers.refusals[3].retry_after, std::chrono::milliseconds(1500));
  EXPECT_GT(appended.answers.refusals[4].retry_after, std::chrono::milliseconds(0));
}

TEST(ValkeyBatch, ARepeatCarriesTheOriginalOrSaysWhichOlderOneItWas) {
  const std::vector<Submission> submissions(2, public_submission(9));
  Reply::Array fields;
  for (std::string& one : encode(test::public_entry(4))) fields.push_back({std::move(one)});
  Reply with_original = answer({"r", "m", "4", "4-0"});
  std::get<Reply::Array>(with_original.value).push_back({std::move(fields)});
  const Reply reply{Reply::Array{with_original, answer({"r", "w", "2"})}};
  const Appended appended = read_answers(reply, submissions, 0);
  ASSERT_THAT(appended.answers.repeats, SizeIs(1));
  EXPECT_EQ(std::get<Message>(appended.answers.repeats[0].original), test::public_message(4));
  ASSERT_THAT(appended.older, SizeIs(1));
  EXPECT_FALSE(appended.older[0].is_public);
  EXPECT_EQ(appended.older[0].id, CacheId(2));
  EXPECT_FALSE(appended.last_accepted);
}

TEST(ValkeyBatch, WhatIsNoAnswerIsGarbled) {
  const std::vector<Submission> one{public_submission(1)};
  const Reply bad[] = {{Reply::Array{}},
                       {Reply::Array{answer({"a", "6-0"}), answer({"a", "7-0"})}},
                       {Reply::Array{answer({})}},
                       {Reply::Array{answer({"z"})}},
                       {Reply::Array{answer({"a"})}},
                       {Reply::Array{answer({"a", "six"})}},
                       {Reply::Array{answer({"l", "soon"})}},
                       {Reply::Array{answer({"r", "m"})}},
                       {std::string("OK")},
                       {}};
  for (const Reply& reply : bad) EXPECT_THROW((void)read_answers(reply, one, 0), Garbled);
}

}  // namespace
}  // namespace chatserver::cache::valkey
