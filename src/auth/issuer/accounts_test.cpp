#include "auth/issuer/accounts.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

class AccountsInMemory final : public store::Accounts {
 public:
  bool add_account(const store::Account& account) override {
    return !lose_races && by_name_.emplace(account.username, account).second;
  }
  std::optional<store::Account> find_account(std::string_view username) override {
    const auto found = by_name_.find(username);
    return found == by_name_.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<store::Account> find_account_by_id(const UserId& id) override {
    for (const auto& [name, account] : by_name_) {
      if (account.id == id) return account;
    }
    return std::nullopt;
  }
  std::vector<store::Account> accounts() override {
    std::vector<store::Account> all;
    for (const auto& [name, account] : by_name_) all.push_back(account);
    return all;
  }
  bool set_password(const UserId& id, std::string_view hash, Timestamp now) override {
    return change(id, now, [&](auto& account) { account.password_hash = hash; });
  }
  bool set_admin(const UserId& id, bool admin, Timestamp now) override {
    return change(id, now, [&](auto& account) { account.admin = admin; });
  }
  bool set_disabled(const UserId& id, bool disabled, Timestamp now) override {
    return change(id, now, [&](auto& account) { account.disabled = disabled; });
  }

  bool lose_races = false;  // somebody else takes every name first

 private:
  template <class Change>
  bool change(const UserId& id, Timestamp now, Change change) {
    for (auto& [name, account] : by_name_) {
      if (account.id != id) continue;
      change(account);
      account.valid_from = now;
      return true;
    }
    return false;
  }

  std::map<std::string, store::Account, std::less<>> by_name_;
};

class AccountBookTest : public ::testing::Test {
 protected:
  AccountsInMemory store_;
  PasswordHasher hasher_{{.passes = 1, .memory_bytes = 8192}};
  ManualClock clock_;
  SystemRandom random_;
  AccountBook book_{store_, hasher_, clock_, random_};
};

TEST(UsernameTest, IsFoldedToLowerCase) {
  EXPECT_EQ(canonical_username("Ada"), "ada");
  EXPECT_EQ(canonical_username("ADA.Love-Lace_1815"), "ada.love-lace_1815");
  EXPECT_EQ(canonical_username("x1"), "x1");
  EXPECT_EQ(canonical_username(std::string(32, 'A')), std::string(32, 'a'));
}

TEST(UsernameTest, OtherNamesAreRefused) {
  using enum AccountError;
  const std::vector<std::pair<std::string, AccountError>> cases{
      {"", name_length},
      {"a", name_length},
      {std::string(33, 'a'), name_length},
      {"a b", name_characters},
      {" ada", name_characters},
      {"ada\n", name_characters},
      {std::string("a\0b", 3), name_characters},
      {"ad\u0430", name_characters},   // Cyrillic a
      {"ada\u200b", name_characters},  // zero width space
      {"\u202eada", name_characters},  // right-to-left override
      {"\uff41da", name_characters},   // full-width a
      {"j\u00fcrgen", name_characters},
      {"[unknown]", name_characters},
      {".ada", name_characters},
      {"ada-", name_characters},
      {"a..b", name_characters},
      {"a.-b", name_characters},
      {"Server", name_reserved},
      {"SYSTEM", name_reserved},
      {"unknown", name_reserved},
  };
  for (const auto& [name, error] : cases) {
    const auto canonical = canonical_username(name);
    ASSERT_FALSE(canonical) << name;
    EXPECT_EQ(canonical.error(), error) << name;
  }
}

TEST_F(AccountBookTest, AddedAccountCanBeFoundAndListed) {
  const auto added = book_.add("Ada", "correct horse", AccountRole::admin);
  ASSERT_TRUE(added) << text(added.error());
  EXPECT_EQ(added->username, "ada");
  EXPECT_TRUE(added->admin);
  EXPECT_FALSE(added->disabled);
  EXPECT_EQ(added->created_at, clock_.utc());
  EXPECT_EQ(added->id.value().size(), 36U);
  EXPECT_TRUE(hasher_.verify("correct horse", added->password_hash));
  EXPECT_EQ(book_.find("ADA"), *added);
  EXPECT_EQ(book_.list(), std::vector{*added});
}

TEST_F(AccountBookTest, TakenNameIsRefused) {
  ASSERT_TRUE(book_.add("ada", "correct horse", AccountRole::user));
  EXPECT_EQ(book_.add("Ada", "battery staple", AccountRole::user).error(), AccountError::name_taken);
  store_.lose_races = true;
  EXPECT_EQ(book_.add("bob", "battery staple", AccountRole::user).error(), AccountError::name_taken);
}

TEST_F(AccountBookTest, WeakPasswordIsRefused) {
  EXPECT_EQ(book_.add("ada", "short", AccountRole::user).error(), AccountError::password_too_short);
  EXPECT_EQ(book_.add("ada", std::string(257, 'x'), AccountRole::user).error(),
            AccountError::password_too_long);
  EXPECT_EQ(book_.add("ada", "12345678\xff", AccountRole::user).error(), AccountError::password_not_text);
  EXPECT_EQ(book_.add("ada", "password1", AccountRole::user).error(), AccountError::password_common);
  EXPECT_EQ(book_.add("adalovelace", "AdaLovelace", AccountRole::user).error(),
            AccountError::password_is_name);
  EXPECT_TRUE(book_.list().empty());
}

TEST_F(AccountBookTest, ChangesReachTheAccount) {
  ASSERT_TRUE(book_.add("ada", "correct horse", AccountRole::user));
  EXPECT_TRUE(book_.set_password("ada", "battery staple"));
  EXPECT_TRUE(book_.set_role("Ada", AccountRole::admin));
  clock_.advance(std::chrono::seconds(1));
  EXPECT_TRUE(book_.set_state("ada", AccountState::disabled));
  const auto account = book_.find("ada");
  ASSERT_TRUE(account);
  EXPECT_TRUE(hasher_.verify("battery staple", account->password_hash));
  EXPECT_TRUE(account->admin);
  EXPECT_TRUE(account->disabled);
  EXPECT_EQ(account->valid_from, clock_.utc());
  EXPECT_TRUE(book_.set_state("ada", AccountState::active));
  EXPECT_FALSE(book_.find("ada")->disabled);
}

TEST_F(AccountBookTest, WeakNewPasswordLeavesTheOldOne) {
  ASSERT_TRUE(book_.add("ada", "correct horse", AccountRole::user));
  EXPECT_EQ(book_.set_password("ada", "short").error(), AccountError::password_too_short);
  EXPECT_EQ(book_.set_password("ada", "12345678").error(), AccountError::password_common);
  EXPECT_TRUE(hasher_.verify("correct horse", book_.find("ada")->password_hash));
}

TEST_F(AccountBookTest, UnknownAccountIsSaidToBe) {
  for (const auto* name : {"nobody", "", "not a name"}) {
    EXPECT_EQ(book_.find(name).error(), AccountError::unknown_account);
    EXPECT_EQ(book_.set_password(name, "correct horse").error(), AccountError::unknown_account);
    EXPECT_EQ(book_.set_role(name, AccountRole::admin).error(), AccountError::unknown_account);
    EXPECT_EQ(book_.set_state(name, AccountState::disabled).error(), AccountError::unknown_account);
  }
}

}  // namespace
}  // namespace chatserver::auth
