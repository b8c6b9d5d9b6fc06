#include "auth/issuer/key_files.hpp"

#include <filesystem>
#include <fstream>
#include <string>
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
