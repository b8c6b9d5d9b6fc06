// What every KeyStorage promises, of files and in a store.
#include "auth/issuer/key_storage.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "auth/issuer/key_files.hpp"
#include "auth/issuer/stored_keys.hpp"
#include "support/memory_secrets.hpp"

namespace chatserver::auth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Timestamp now{1'767'225'600s};

enum class Where { files, store };

class KeyStorageTest : public ::testing::TestWithParam<Where> {
 protected:
  KeyStorageTest() {
    auto pattern = (fs::temp_directory_path() / "key-storage-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~KeyStorageTest() override { fs::remove_all(directory_); }

  // As another process has it.
  [[nodiscard]] std::unique_ptr<KeyStorage> storage() {
    if (GetParam() == Where::files) return std::make_unique<KeyFiles>(directory_ / "issuer-key.pem");
    return std::make_unique<StoredKeys>(secrets_);
  }
  [[nodiscard]] std::string current() {
    const auto keys = storage()->load(now);
    return keys ? keys->current().kid() : keys.error().message;
  }
  [[nodiscard]] std::vector<std::string> retired(Timestamp at) {
    std::vector<std::string> kids;
    const auto keys = storage()->load(at);
    EXPECT_TRUE(keys);
    for (const auto& key : keys->retired()) kids.push_back(key.kid);
    return kids;
  }
  void rotate(OldKey old_key = OldKey::verifies) {
    const auto rotated = storage()->rotate(now, now + 5min, old_key);
    EXPECT_TRUE(rotated) << rotated.error().message;
  }

  fs::path directory_;
  test::MemorySecrets secrets_;
};

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_P(KeyStorageTest, TheFirstKeyIsMadeOnce) {
  const auto kid = current();
  EXPECT_EQ(current(), kid);
  EXPECT_THAT(retired(now), IsEmpty());
}

TEST_P(KeyStorageTest, ProcessesThatStartAtOnceGetTheSameKey) {
  std::vector<std::string> kids(4);
  std::vector<std::thread> threads;
  for (auto& kid : kids) threads.emplace_back([&] { kid = current(); });
  for (auto& thread : threads) thread.join();
  for (const auto& kid : kids) EXPECT_EQ(kid, kids.front());
}

TEST_P(KeyStorageTest, TheOldKeyVerifiesUntilItsTokensAreOver) {
  const auto first = current();
  const auto public_half = storage()->load(now)->current().public_jwk_json();
  rotate();
  EXPECT_NE(current(), first);
  EXPECT_THAT(retired(now), ElementsAre(first));
  const auto keys = storage()->load(now);
  EXPECT_EQ(keys->next_end(), now + 5min);
  EXPECT_THAT(keys->jwks_json(), HasSubstr(keys->current().public_jwk_json()));
  EXPECT_THAT(keys->jwks_json(), HasSubstr(public_half));
  EXPECT_THAT(retired(now + 5min - 1us), ElementsAre(first));
  EXPECT_THAT(retired(now + 5min), IsEmpty());
}

TEST_P(KeyStorageTest, ALongTokenKeepsTheKeyThatSignedIt) {
  const auto first = current();
  EXPECT_TRUE(storage()->expect_token(now, now + 24h));
  EXPECT_TRUE(storage()->expect_token(now, now + 1h));
  rotate();
  EXPECT_THAT(retired(now + 24h - 1us), ElementsAre(first));
  EXPECT_THAT(retired(now + 24h), IsEmpty());
}

TEST_P(KeyStorageTest, EveryKeyBeforeStaysThroughFurtherRotations) {
  const auto first = current();
  rotate();
  const auto second = current();
  rotate();
  EXPECT_THAT(retired(now), ElementsAre(first, second));
  EXPECT_EQ(storage()->load(now)->next_end(), now + 5min);
}

TEST_P(KeyStorageTest, ADroppedKeyVerifiesNothingMore) {
  const auto first = current();
  rotate(OldKey::dropped);
  EXPECT_NE(current(), first);
  EXPECT_THAT(retired(now), IsEmpty());
}

TEST_P(KeyStorageTest, ConcurrentRotationsLoseNoKey) {
  const auto first = current();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { rotate(); });
  for (auto& thread : threads) thread.join();
  const auto kids = retired(now);
  EXPECT_EQ(kids.size(), 4U);
  EXPECT_EQ(kids.front(), first);
}

TEST_P(KeyStorageTest, TheVersionChangesWithTheKeysAlone) {
  (void)current();
  const auto first = storage()->version();
  (void)current();
  EXPECT_EQ(storage()->version(), first);
  rotate();
  EXPECT_NE(storage()->version(), first);
}

INSTANTIATE_TEST_SUITE_P(Where, KeyStorageTest, ::testing::Values(Where::files, Where::store),
                         [](const auto& test) { return test.param == Where::files ? "Files" : "Store"; });

class StoredKeysTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string current() const {
    const auto keys = StoredKeys(secrets_).load(now);
    return keys ? keys->current().kid() : keys.error().message;
  }
  void replace(std::string_view content) const {
    EXPECT_TRUE(secrets_.replace_secret("issuer-keys", secrets_.secret_version("issuer-keys"), content));
  }

  mutable test::MemorySecrets secrets_;
};

KeptKeys some_keys() {
  return {.current = SigningKey::generate(),
          .history = {
              .tokens_until = now + 24h,
              .retired = {{.kid = "a", .public_jwk_json = R"({"kty":"RSA","kid":"a"})", .until = now + 1h}}}};
}

TEST_F(StoredKeysTest, KeysOfFilesAreTakenOverWhole) {
  StoredKeys stored(secrets_);
  EXPECT_FALSE(stored.any());
  const auto others = some_keys();
  EXPECT_TRUE(stored.adopt(others));
  EXPECT_TRUE(stored.any());
  const auto kept = StoredKeys(secrets_).read();
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->current.kid(), others.current.kid());
  EXPECT_EQ(kept->history, others.history);
}

TEST_F(StoredKeysTest, KeysThatAreThereStay) {
  const auto first = current();
  EXPECT_FALSE(StoredKeys(secrets_).adopt(some_keys()));
  EXPECT_EQ(current(), first);
}

TEST_F(StoredKeysTest, AChangeIsMadeToWhatAnotherProcessHasMadeMeanwhile) {
  const auto first = current();
  secrets_.before_next_replacement = [&] {
    EXPECT_TRUE(StoredKeys(secrets_).rotate(now, now + 5min, OldKey::verifies));
  };
  EXPECT_TRUE(StoredKeys(secrets_).expect_token(now, now + 24h));
  const auto kept = StoredKeys(secrets_).read();
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->history.retired.size(), 1U);
  EXPECT_EQ(kept->history.retired.front().kid, first);
  EXPECT_EQ(kept->history.tokens_until, now + 24h);
}

TEST_F(StoredKeysTest, RotationsWithoutEndAreRefusedBeforeAnyKeyIsLost) {
  KeptKeys keys{.current = SigningKey::generate(), .history = {}};
  for (std::size_t i = 1; i < retired_keys_max; ++i) {
    keys.history.retired.push_back({.kid = std::to_string(i),
                                    .public_jwk_json = R"({"kty":"RSA","kid":")" + std::to_string(i) + "\"}",
                                    .until = now + 5min});
  }
  StoredKeys stored(secrets_);
  ASSERT_TRUE(stored.adopt(keys));
  EXPECT_TRUE(stored.rotate(now, now + 5min, OldKey::verifies));
  const auto last = current();
  EXPECT_THAT(stored.rotate(now, now + 5min, OldKey::verifies).error().message, HasSubstr("32"));
  EXPECT_EQ(current(), last);
  EXPECT_TRUE(stored.rotate(now + 5min, now + 10min, OldKey::verifies));
}

TEST_F(StoredKeysTest, DamageIsSaidAndKept) {
  for (const auto* content : {"", "{}", R"({"tokens_until":1,"retired":[],"signing_key":"x"})",
                              R"({"tokens_until":1,"retired":[]})"}) {
    replace(content);
    EXPECT_THAT(current(), HasSubstr("chatserver.secrets")) << content;
    EXPECT_FALSE(StoredKeys(secrets_).rotate(now, now, OldKey::verifies)) << content;
    EXPECT_EQ(secrets_.find_secret("issuer-keys")->content, content);
  }
}

}  // namespace
}  // namespace chatserver::auth
