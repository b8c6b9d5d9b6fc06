#include "cache/valkey/first_uses.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bare_store.hpp"

namespace chatserver::cache::valkey {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::seconds timeout{2};

// A database that knows one nonce, or does not answer within `timeout`.
class SlowStore final : public chatserver::test::BareStore {
 public:
  explicit SlowStore(ManualClock& clock) : clock_(clock) {}

  std::vector<std::optional<store::NonceUse>> find_nonces(std::span<const store::UserNonce> nonces,
                                                          Timestamp) override {
    ++questions;
    if (silent) {
      clock_.advance(timeout);
      throw store::Unavailable("no answer in time");
    }
    std::vector<std::optional<store::NonceUse>> uses(nonces.size());
    for (std::size_t i = 0; i < nonces.size(); ++i) {
      if (nonces[i].nonce == "deleted") uses[i].emplace();
    }
    return uses;
  }

  bool silent = false;
  int questions = 0;

 private:
  ManualClock& clock_;
};

class ValkeyFirstUses : public testing::Test {
 protected:
  // Valkey has lost everything just now.
  ValkeyFirstUses() { shared_.standing.attach("generation", clock_.utc()); }

  // The texts of those that are left; `answers_` has the others.
  std::vector<std::string> left_of(const std::vector<std::string>& nonces) {
    std::vector<Submission> batch;
    for (const std::string& nonce : nonces)
      batch.push_back(
          {.origin = {}, .author = {}, .to = ChannelId(1), .text = "with " + nonce, .nonce = nonce});
    answers_ = {};
    first_uses_.answer_known(batch, answers_);
    std::vector<std::string> texts;
    for (const Submission& submission : batch) texts.push_back(submission.text);
    return texts;
  }
  [[nodiscard]] std::vector<std::string> refused(RefusalReason reason) const {
    std::vector<std::string> nonces;
    for (const Refusal& refusal : answers_.refusals) {
      if (refusal.reason == reason) nonces.push_back(refusal.nonce);
    }
    return nonces;
  }

  ManualClock clock_;
  SlowStore store_{clock_};
  Log log_{LogLevel::off, LogFormat::text};
  Shared shared_{.options = {},
                 .target = Target::parse("valkey:///socket").value(),
                 .node = "node",
                 .server_id = "server",
                 .store = store_,
                 .test_clock = &clock_,
                 .log = log_};
  FirstUses first_uses_{shared_};
  Delivery answers_;
};

TEST_F(ValkeyFirstUses, AreAskedForOnceABatch) {
  EXPECT_THAT(left_of({"", "one", "deleted", "two"}), ElementsAre("with ", "with one", "with two"));
  EXPECT_THAT(refused(RefusalReason::nonce_conflict), ElementsAre("deleted"));
  EXPECT_EQ(store_.questions, 1);
}

TEST_F(ValkeyFirstUses, NobodyAsksForAMessageWithoutNonceOrWhenValkeyKnowsAll) {
  EXPECT_THAT(left_of({"", ""}), ElementsAre("with ", "with "));
  clock_.advance(nonce_lifetime + 1us);
  EXPECT_THAT(left_of({"one"}), ElementsAre("with one"));
  EXPECT_EQ(store_.questions, 0);
}

TEST_F(ValkeyFirstUses, ADatabaseThatIsSilentIsAskedNoMoreForAWhileAndHoldsUpNobodyElse) {
  store_.silent = true;
  for (int batch = 0; batch < 5; ++batch) {
    EXPECT_THAT(left_of({"one", "", "two"}), ElementsAre("with "));
    EXPECT_THAT(refused(RefusalReason::unavailable), ElementsAre("one", "two"));
  }
  EXPECT_EQ(store_.questions, 1);

  store_.silent = false;
  clock_.advance(4 * timeout);
  EXPECT_THAT(left_of({"one"}), ElementsAre("with one"));
  EXPECT_THAT(answers_.refusals, IsEmpty());
  EXPECT_EQ(store_.questions, 2);
}

TEST_F(ValkeyFirstUses, AnOlderMessageIsNotAskedForEither) {
  store_.silent = true;
  EXPECT_THAT(left_of({"one"}), IsEmpty());
  const Submission submission{.origin = {}, .author = {}, .to = ChannelId(1), .text = "text", .nonce = "two"};
  answers_ = {};
  first_uses_.answer_older({.submission = submission, .is_public = true, .id = CacheId(1)}, answers_);
  EXPECT_THAT(refused(RefusalReason::unavailable), ElementsAre("two"));
}

}  // namespace
}  // namespace chatserver::cache::valkey
