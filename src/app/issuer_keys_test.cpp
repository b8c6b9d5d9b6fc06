#include "app/issuer_keys.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "auth/issuer/key_files.hpp"
#include "auth/verify.hpp"
#include "base/random.hpp"

namespace chatserver::app {
namespace {

using namespace std::chrono_literals;

// Notes whose sessions are closed.
struct Inbox final : chat::ShardInbox {
  void post(chat::ShardDelivery delivery) override {
    for (const auto& change : delivery.changes) {
      const auto& close = std::get<chat::CloseKey>(change);
      EXPECT_EQ(close.close.code, 4001);
      closed.push_back(close.key);
    }
  }
  std::vector<KeyId> closed;
};

class IssuerKeysTest : public testing::Test {
 protected:
  IssuerKeysTest() {
    ring_.replace(issuer_.public_keys(), clock_.monotonic());
    sessions_.set_shards({&inbox_});
  }
  ~IssuerKeysTest() override { std::filesystem::remove_all(directory_); }

  static std::filesystem::path make_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chatserver-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
  [[nodiscard]] std::string token() {
    return issuer_.issue_access_token(ada_, {.client = "ChatClient", .ttl = 1h}, clock_.utc());
  }
  [[nodiscard]] bool verifies(const std::string& token) const {
    return auth::verify(token, *ring_.keys(clock_.monotonic()), {.issuer = issuer_.url()}, clock_.utc())
        .has_value();
  }
  void rotate(auth::OldKey old_key = auth::OldKey::verifies) {
    EXPECT_TRUE(files_.rotate(clock_.utc(), clock_.utc() + 5min, old_key));
  }
  [[nodiscard]] KeyId current() const { return auth::key_id(issuer_.keys()->current().kid()); }

  const std::filesystem::path directory_ = make_directory();
  ManualClock clock_;
  SystemRandom random_;
  auth::KeyFiles files_{directory_ / "issuer-key.pem"};
  auth::Issuer issuer_{"http://localhost/realms/chat", "admin", std::move(*files_.load(clock_.utc())),
                       random_};
  auth::KeyRing ring_{auth::KeyRing::never_stale};
  Inbox inbox_;
  auth::Revocations revocations_;
  chat::SessionEnder sessions_{revocations_};
  IssuerKeys::Parts parts_{
      .storage = files_, .issuer = issuer_, .ring = ring_, .sessions = sessions_, .clock = clock_};
  IssuerKeys keys_{parts_};
  store::Account ada_{.id = UserId("id-1"), .username = "ada", .password_hash = {}, .created_at = {}};
};

TEST_F(IssuerKeysTest, ARotationIsTakenOverAndBothKeysVerify) {
  EXPECT_EQ(keys_.look(), false);
  const auto before = token();
  rotate();
  EXPECT_EQ(keys_.look(), true);
  const auto after = token();
  EXPECT_NE(before.substr(0, before.find('.')), after.substr(0, after.find('.')));
  EXPECT_TRUE(verifies(before));
  EXPECT_TRUE(verifies(after));
}

TEST_F(IssuerKeysTest, AnOldKeyGoesWhenItsTimeIsOver) {
  const auto before = token();
  rotate();
  EXPECT_EQ(keys_.look(), true);
  clock_.advance(5min - 1us);
  EXPECT_EQ(keys_.look(), false);
  EXPECT_TRUE(verifies(before));
  clock_.advance(1us);
  EXPECT_EQ(keys_.look(), true);
  EXPECT_FALSE(verifies(before));
  EXPECT_EQ(keys_.look(), false);
}

TEST_F(IssuerKeysTest, ADroppedKeyTakesItsSessionsAlong) {
  const auto before = token();
  const KeyId first = current();
  rotate(auth::OldKey::dropped);
  EXPECT_EQ(keys_.look(), true) << "also when it is the first look";
  EXPECT_FALSE(verifies(before));
  EXPECT_THAT(inbox_.closed, testing::ElementsAre(first));
  EXPECT_EQ(keys_.look(), false);
  EXPECT_THAT(inbox_.closed, testing::SizeIs(1));
}

TEST_F(IssuerKeysTest, SessionsOfAKeyThatIsReplacedOrOverGoOn) {
  rotate();
  EXPECT_EQ(keys_.look(), true);
  clock_.advance(5min);
  EXPECT_EQ(keys_.look(), true);
  EXPECT_THAT(inbox_.closed, testing::IsEmpty());
}

class IssuerKeysWithOthersTest : public IssuerKeysTest {
 protected:
  static IssuerKeys::Parts with_head_start(IssuerKeys::Parts parts) {
    parts.head_start = 1s;
    return parts;
  }
  IssuerKeys shared_{with_head_start(parts_)};
};

TEST_F(IssuerKeysWithOthersTest, ANewKeyVerifiesBeforeItSigns) {
  EXPECT_EQ(shared_.look(), false);
  const KeyId first = current();
  rotate();
  EXPECT_EQ(shared_.look(), true);
  EXPECT_EQ(ring_.keys(clock_.monotonic())->size(), 2U);
  clock_.advance(1s - 1us);
  EXPECT_TRUE(files_.expect_token(clock_.utc(), clock_.utc() + 24h));  // which counts for nothing here
  EXPECT_EQ(shared_.look(), false);
  EXPECT_EQ(current(), first);
  EXPECT_TRUE(verifies(token()));
  clock_.advance(1us);
  EXPECT_EQ(shared_.look(), false);
  EXPECT_NE(current(), first);
  EXPECT_TRUE(verifies(token()));
}

TEST_F(IssuerKeysWithOthersTest, WhereTheOldKeyIsDroppedTheNewOneSignsAtOnce) {
  EXPECT_EQ(shared_.look(), false);
  const KeyId first = current();
  rotate(auth::OldKey::dropped);
  EXPECT_EQ(shared_.look(), true);
  EXPECT_NE(current(), first);
  EXPECT_TRUE(verifies(token()));
}

TEST_F(IssuerKeysWithOthersTest, AKeyThatIsDroppedBeforeItSignsTakesItsSessionsAlong) {
  EXPECT_EQ(shared_.look(), false);
  rotate();
  const KeyId second = auth::key_id(files_.load(clock_.utc())->current().kid());
  EXPECT_EQ(shared_.look(), true);
  rotate(auth::OldKey::dropped);
  EXPECT_EQ(shared_.look(), true);
  EXPECT_THAT(inbox_.closed, testing::ElementsAre(second));
}

TEST_F(IssuerKeysTest, UnreadableKeysLeaveThoseInForce) {
  EXPECT_EQ(keys_.look(), false);
  const auto good = token();
  std::filesystem::remove(directory_ / "issuer-key.pem");
  std::ofstream(directory_ / "issuer-key.pem") << "damaged";
  EXPECT_FALSE(keys_.look());
  EXPECT_FALSE(keys_.look());  // it is tried, and said, each time
  EXPECT_TRUE(verifies(good));
  EXPECT_TRUE(verifies(token()));
}

}  // namespace
}  // namespace chatserver::app
