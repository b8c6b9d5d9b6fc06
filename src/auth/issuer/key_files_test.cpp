#include "auth/issuer/key_files.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "auth/issuer/key_history.hpp"

namespace chatserver::auth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Timestamp now{1'767'225'600s};

// A directory of its own a test, gone at the end.
class KeyFilesTest : public ::testing::Test {
 protected:
  KeyFilesTest() {
    auto pattern = (fs::temp_directory_path() / "key-files-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~KeyFilesTest() override { fs::remove_all(directory_); }

  [[nodiscard]] KeyFiles files() const { return KeyFiles(directory_ / "issuer-key.pem"); }

  [[nodiscard]] std::string current(Timestamp at = now) const {
    const auto keys = files().load(at);
    return keys ? keys->current().kid() : keys.error().message;
  }
  [[nodiscard]] std::vector<std::string> retired(Timestamp at) const {
    std::vector<std::string> kids;
    const auto keys = files().load(at);
    EXPECT_TRUE(keys);
    for (const auto& key : keys->retired()) kids.push_back(key.kid);
    return kids;
  }
  void rotate(OldKey old_key = OldKey::verifies) const {
    const auto rotated = files().rotate(now, now + 5min, old_key);
    EXPECT_TRUE(rotated) << rotated.error().message;
  }
  void write_history(std::string_view text) const {
    const auto file = directory_ / "issuer-keys.json";
    std::ofstream(file, std::ios::trunc) << text;
    ::chmod(file.c_str(), 0600);
  }

  fs::path directory_;
};

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(KeyFilesTest, OneKeyFileIsAllThatThereIsAtFirst) {
  const auto kid = current();
  EXPECT_EQ(current(), kid);
  EXPECT_THAT(retired(now), IsEmpty());
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1);
}

TEST_F(KeyFilesTest, TheOldKeyVerifiesUntilItsTokensAreOver) {
  const auto first = current();
  const auto public_half = files().load(now)->current().public_jwk_json();
  rotate();
  EXPECT_NE(current(), first);
  EXPECT_THAT(retired(now), ElementsAre(first));
  const auto keys = files().load(now);
  EXPECT_EQ(keys->next_end(), now + 5min);
  EXPECT_THAT(keys->jwks_json(), HasSubstr(keys->current().public_jwk_json()));
  EXPECT_THAT(keys->jwks_json(), HasSubstr(public_half));
  EXPECT_THAT(retired(now + 5min - 1us), ElementsAre(first));
  EXPECT_THAT(retired(now + 5min), IsEmpty());
}

TEST_F(KeyFilesTest, ALongTokenKeepsTheKeyThatSignedIt) {
  const auto first = current();
  EXPECT_TRUE(files().expect_token(now, now + 24h));
  EXPECT_TRUE(files().expect_token(now, now + 1h));
  rotate();
  EXPECT_THAT(retired(now + 24h - 1us), ElementsAre(first));
  EXPECT_THAT(retired(now + 24h), IsEmpty());
}

TEST_F(KeyFilesTest, EveryKeyBeforeStaysThroughFurtherRotations) {
  const auto first = current();
  rotate();
  const auto second = current();
  rotate();
  EXPECT_THAT(retired(now), ElementsAre(first, second));
  EXPECT_EQ(files().load(now)->next_end(), now + 5min);
}

TEST_F(KeyFilesTest, ADroppedKeyVerifiesNothingMore) {
  const auto first = current();
  rotate(OldKey::dropped);
  EXPECT_NE(current(), first);
  EXPECT_THAT(retired(now), IsEmpty());
}

TEST_F(KeyFilesTest, RotationsWithoutEndAreRefusedBeforeAnyKeyIsLost) {
  for (std::size_t i = 0; i < retired_keys_max; ++i) rotate();
  const auto last = current();
  EXPECT_THAT(files().rotate(now, now + 5min, OldKey::verifies).error().message, HasSubstr("32"));
  EXPECT_EQ(current(), last);
  EXPECT_TRUE(files().rotate(now + 5min, now + 10min, OldKey::verifies));
}

TEST_F(KeyFilesTest, ConcurrentRotationsLoseNoKey) {
  const auto first = current();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { rotate(); });
  for (auto& thread : threads) thread.join();
  const auto kids = retired(now);
  EXPECT_EQ(kids.size(), 4U);
  EXPECT_EQ(kids.front(), first);
}

TEST_F(KeyFilesTest, ACrashBetweenTheFilesLosesNothing) {
  const auto first = current();
  const auto before = files().load(now)->current().to_pem();
  EXPECT_TRUE(files().expect_token(now, now + 24h));
  rotate();
  std::ofstream(directory_ / "issuer-key.pem", std::ios::trunc) << before;  // as if it had not come that far
  EXPECT_EQ(current(), first);
  EXPECT_THAT(retired(now), IsEmpty());
  rotate();
  EXPECT_THAT(retired(now + 24h - 1us), ElementsAre(first));
}

TEST_F(KeyFilesTest, TheVersionChangesWithTheKeysAlone) {
  (void)current();
  const auto first = files().version();
  (void)current();
  EXPECT_EQ(files().version(), first);
  rotate();
  EXPECT_NE(files().version(), first);
}

TEST_F(KeyFilesTest, DamagedHistoryIsRefusedAndKept) {
  (void)current();
  for (const auto* text :
       {"", "{}", "[]", R"({"tokens_until":1,"retired":[{}]})", R"({"tokens_until":"1","retired":[]})",
        R"({"tokens_until":1,"retired":[{"until":1,"jwk":{}}]})",
        R"({"tokens_until":1,"retired":[{"until":1,"jwk":"x"}]})"}) {
    write_history(text);
    EXPECT_THAT(current(), HasSubstr("damaged")) << text;
    EXPECT_FALSE(files().rotate(now, now, OldKey::verifies)) << text;
    EXPECT_FALSE(files().expect_token(now, now)) << text;
  }
}

TEST_F(KeyFilesTest, HistoryThatOthersMayWriteIsRefused) {
  (void)current();
  write_history(R"({"tokens_until":1,"retired":[]})");
  ::chmod((directory_ / "issuer-keys.json").c_str(), 0620);
  EXPECT_THAT(current(), HasSubstr("chmod 600"));
}

TEST(KeyHistoryTest, IsReadBackAsItWasWritten) {
  const KeyHistory history{
      .tokens_until = now,
      .retired = {{.kid = "a", .public_jwk_json = R"({"kty":"RSA","kid":"a"})", .until = now + 1s}}};
  EXPECT_EQ(parse_key_history(to_json(history)), history);
}

}  // namespace
}  // namespace chatserver::auth
