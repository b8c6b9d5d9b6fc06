#include "auth/issuer/signing_key.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/testing/token_forge.hpp"

namespace chatserver::auth {
namespace {

namespace fs = std::filesystem;

// A directory of its own a test, gone at the end.
class SigningKeyFileTest : public ::testing::Test {
 protected:
  SigningKeyFileTest() {
    auto pattern = (fs::temp_directory_path() / "signing-key-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    file_ = directory_ / "signing-key.pem";
  }
  ~SigningKeyFileTest() override { fs::remove_all(directory_); }

  [[nodiscard]] std::string content() const {
    std::ifstream in(file_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(std::string_view text) const {
    std::ofstream(file_, std::ios::trunc) << text;
    ::chmod(file_.c_str(), 0600);
  }
  [[nodiscard]] std::string refusal() const {
    const auto key = load_or_create_signing_key(file_);
    return key ? "no error" : key.error().message;
  }

  fs::path directory_;
  fs::path file_;
};

TEST_F(SigningKeyFileTest, FirstStartMakesAKeyThatLaterStartsLoad) {
  const auto made = load_or_create_signing_key(file_);
  ASSERT_TRUE(made) << made.error().message;
  const auto loaded = load_or_create_signing_key(file_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(made->kid(), loaded->kid());
  EXPECT_EQ(made->to_pem(), content());
}

TEST_F(SigningKeyFileTest, OnlyTheOwnerMayReadItWhateverTheUmask) {
  const auto before = ::umask(0);
  EXPECT_TRUE(load_or_create_signing_key(file_));
  ::umask(before);
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(SigningKeyFileTest, LeavesNothingElseBehind) {
  EXPECT_TRUE(load_or_create_signing_key(file_));
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1);
}

TEST_F(SigningKeyFileTest, ProcessesThatStartAtOnceGetTheSameKey) {
  std::vector<std::string> kids(2);
  std::vector<std::thread> threads;
  for (auto& kid : kids) {
    threads.emplace_back([&kid, this] {
      const auto key = load_or_create_signing_key(file_);
      kid = key ? key->kid() : key.error().message;
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& kid : kids) EXPECT_EQ(kid, kids.front());
}

TEST_F(SigningKeyFileTest, FileThatOthersMayReadIsRefused) {
  write(testing::private_pem(testing::rsa_key()));
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    ::chmod(file_.c_str(), mode);
    EXPECT_NE(refusal().find("chmod 600"), std::string::npos) << mode;
  }
}

TEST_F(SigningKeyFileTest, CorruptFileIsRefusedAndKept) {
  write(testing::private_pem(testing::rsa_key()));
  const auto good = content();
  auto cut = good.substr(0, good.size() / 2);
  auto changed = good;
  const auto middle = changed.size() / 2;
  changed[middle] = changed[middle] == 'A' ? 'B' : 'A';
  for (const auto& bad :
       {std::string(), std::string("hello"), cut, changed, std::string(100'000, 'x'),
        std::string("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")}) {
    write(bad);
    EXPECT_NE(refusal().find(file_.string()), std::string::npos) << bad.substr(0, 40);
    EXPECT_EQ(content(), bad);
  }
}

TEST_F(SigningKeyFileTest, WhatIsNoRegularFileIsRefused) {
  fs::create_directory(file_);
  EXPECT_NE(refusal(), "no error");
  fs::remove(file_);
  fs::create_symlink("/dev/null", file_);
  EXPECT_NE(refusal(), "no error");
  fs::remove(file_);
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  EXPECT_NE(refusal().find("not a regular file"), std::string::npos);
}

TEST_F(SigningKeyFileTest, MissingDirectoryIsNamed) {
  file_ = directory_ / "nowhere" / "key.pem";
  EXPECT_NE(refusal().find("No such file or directory"), std::string::npos);
}

TEST(SigningKeyTest, KidIsTheThumbprintOfTheKey) {
  const auto key = SigningKey::generate();
  EXPECT_EQ(key.kid().size(), 43U);  // SHA-256
  EXPECT_EQ(SigningKey::from_pem(key.to_pem())->kid(), key.kid());
  EXPECT_NE(SigningKey::from_pem(testing::private_pem(testing::rsa_key()))->kid(), key.kid());
}

TEST(SigningKeyTest, OtherKeysAreRefused) {
  EXPECT_EQ(SigningKey::from_pem(testing::private_pem(testing::p256_key())).error().message,
            "it is not an RSA key");
  EXPECT_EQ(SigningKey::from_pem(testing::private_pem(testing::small_rsa_key())).error().message,
            "it has less than 2048 bits");
  EXPECT_FALSE(SigningKey::from_pem(testing::public_pem(testing::rsa_key())));
}

}  // namespace
}  // namespace chatserver::auth
