// What the function that appends a batch holds a server to, whoever calls it in whatever order.
#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "cache/valkey/batch.hpp"
#include "cache/valkey/library.hpp"
#include "cache/valkey/trouble.hpp"
#include "conformance/valkey_support.hpp"

namespace chatserver::cache::conformance {
namespace {

class ValkeyAppend : public testing::TestWithParam<std::string> {
 protected:
  ValkeyAppend() : cache_(world_.open({})) {}

  // One message of a server that calls itself `node`; throws for a batch that is refused.
  valkey::Appended append(std::int64_t number, const std::string& text) {
    const Submission submission{.origin = {},
                                .author = user("ada"),
                                .to = world_.store().channels().front().id,
                                .text = text,
                                .nonce = ""};
    const valkey::AppendHead head{.node = "node",
                                  .number = number,
                                  .generation = state("generation"),
                                  .seen = {},
                                  .ceiling = {.messages = CacheId(100), .private_messages = CacheId(100)},
                                  .backlog_max = 100,
                                  .time = std::nullopt};
    valkey::Command call{"FCALL", valkey::library().function("append"), "1", world_.prefix() + ":"};
    std::ranges::copy(valkey::append_arguments(head, {&submission, 1}, {}), std::back_inserter(call));
    return valkey::read_answers(world_.client().run(call), {&submission, 1}, 0);
  }

  std::vector<std::string> texts_in_log() {
    std::vector<std::string> texts;
    for (const valkey::Entry& entry : world_.client().log(world_.prefix())) {
      if (const auto* message = std::get_if<Message>(&entry.what)) texts.push_back(message->text);
    }
    return texts;
  }

 private:
  std::string state(const std::string& field) {
    return world_.client().run({"HGET", world_.prefix() + ":state", field}).text();
  }

  ValkeyWorld world_{GetParam()};
  const std::unique_ptr<MessageCache> cache_;
};

TEST_P(ValkeyAppend, ABatchThatIsSentAgainIsAnsweredAsTheFirstTime) {
  const auto first = append(5, "five");
  ASSERT_TRUE(first.last_accepted);
  EXPECT_EQ(append(5, "five").last_accepted, first.last_accepted);
  EXPECT_EQ(texts_in_log(), std::vector<std::string>{"five"});
}

TEST_P(ValkeyAppend, ALateCopyOfABatchBehindTheNextOneIsNotAppendedAgain) {
  EXPECT_TRUE(append(5, "five").last_accepted);
  const auto next = append(6, "six");
  EXPECT_TRUE(next.last_accepted);
  EXPECT_THROW((void)append(5, "five"), valkey::Lost);
  EXPECT_EQ(texts_in_log(), (std::vector<std::string>{"five", "six"}));
  // Nor has it put out of mind what the next one came to.
  EXPECT_EQ(append(6, "six").last_accepted, next.last_accepted);
}

TEST_P(ValkeyAppend, NumbersAreComparedAsNumbers) {
  EXPECT_TRUE(append(9, "nine").last_accepted);
  EXPECT_TRUE(append(10, "ten").last_accepted);
  EXPECT_THROW((void)append(9, "nine"), valkey::Lost);
  EXPECT_EQ(texts_in_log(), (std::vector<std::string>{"nine", "ten"}));
}

// Its backend is used here, the suite is run elsewhere.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MessageCacheConformance);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MessageCacheChannels);
INSTANTIATE_TEST_SUITE_P(Kind, ValkeyAppend, testing::Values("valkey", "redis"),
                         [](const auto& kind) { return kind.param; });

}  // namespace
}  // namespace chatserver::cache::conformance
