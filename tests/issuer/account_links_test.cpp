#include "auth/issuer/account_links.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "auth/issuer/accounts.hpp"
#include "conformance/sqlite_support.hpp"
#include "support/shared_clock.hpp"

namespace chatserver::test {
namespace {

using namespace std::chrono_literals;
using auth::AccountError;

constexpr const char* password = "correct horse battery";

class AccountLinksTest : public testing::Test {
 protected:
  SharedClock clock_;
  SystemRandom random_;
  auth::PasswordHasher hasher_{{.passes = 1, .memory_bytes = 8192}};
  store::conformance::TemporaryDirectory directory_;
  std::unique_ptr<store::Store> store_ =
      store::conformance::open_or_throw(store::conformance::options_for(directory_.path() / "chat.db"));
  auth::AccountBook book_{*store_, hasher_, clock_, random_};
  auth::AccountLinks links_{book_, *store_, clock_, random_};
};

TEST_F(AccountLinksTest, SetUpLinkMakesOneAdmin) {
  const auto secret = links_.new_setup_link();
  ASSERT_TRUE(secret);
  EXPECT_TRUE(links_.setup_link_valid(*secret));
  const auto admin = links_.set_up(*secret, "Ada", password);
  ASSERT_TRUE(admin);
  EXPECT_TRUE(admin->admin);
  EXPECT_TRUE(book_.find("ada")->admin);
  EXPECT_FALSE(links_.setup_link_valid(*secret));
  EXPECT_EQ(links_.set_up(*secret, "bob", password).error(), AccountError::link_void);
  EXPECT_FALSE(links_.new_setup_link());
}

TEST_F(AccountLinksTest, SetUpLinkSurvivesWhatCannotBeAnAccount) {
  ASSERT_TRUE(book_.add("taken", password, auth::AccountRole::user));
  const auto secret = links_.new_setup_link();
  ASSERT_TRUE(secret);
  EXPECT_EQ(links_.set_up(*secret, "taken", password).error(), AccountError::name_taken);
  EXPECT_EQ(links_.set_up(*secret, "ada", "password").error(), AccountError::password_common);
  EXPECT_EQ(links_.set_up(*secret, "a", password).error(), AccountError::name_length);
  EXPECT_TRUE(links_.set_up(*secret, "ada", password));
}

TEST_F(AccountLinksTest, SetUpLinkIsVoidInTimeAndByTheNext) {
  const auto first = links_.new_setup_link();
  const auto second = links_.new_setup_link();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(links_.setup_link_valid(*first));
  clock_.advance(auth::setup_link_life - 1s);
  EXPECT_TRUE(links_.setup_link_valid(*second));
  clock_.advance(1s);
  EXPECT_EQ(links_.set_up(*second, "ada", password).error(), AccountError::link_void);
}

TEST_F(AccountLinksTest, SetUpLinkIsVoidOnceThereIsAnAdmin) {
  const auto secret = links_.new_setup_link();
  ASSERT_TRUE(secret);
  ASSERT_TRUE(book_.add("ada", password, auth::AccountRole::admin));
  EXPECT_EQ(links_.set_up(*secret, "bob", password).error(), AccountError::link_void);
  EXPECT_EQ(book_.list().size(), 1U);
}

TEST_F(AccountLinksTest, InviteLetsInAsManyAsItSays) {
  const std::string secret = links_.new_invite({.uses = 2});
  EXPECT_FALSE(links_.accept_invite(secret, "ada", password)->admin);
  EXPECT_EQ(links_.accept_invite(secret, "ada", password).error(), AccountError::name_taken);
  EXPECT_TRUE(links_.accept_invite(secret, "bob", password));
  EXPECT_FALSE(links_.invite_valid(secret));
  EXPECT_EQ(links_.accept_invite(secret, "carol", password).error(), AccountError::link_void);
}

TEST_F(AccountLinksTest, InviteExpires) {
  const std::string secret = links_.new_invite({.ttl = 1h});
  clock_.advance(1h - 1s);
  EXPECT_TRUE(links_.invite_valid(secret));
  clock_.advance(1s);
  EXPECT_FALSE(links_.invite_valid(secret));
}

TEST_F(AccountLinksTest, OneKindOfLinkIsNotTheOther) {
  const auto setup = links_.new_setup_link();
  const std::string invite = links_.new_invite({});
  ASSERT_TRUE(setup);
  EXPECT_EQ(links_.accept_invite(*setup, "ada", password).error(), AccountError::link_void);
  EXPECT_EQ(links_.set_up(invite, "ada", password).error(), AccountError::link_void);
  EXPECT_EQ(links_.set_up("", "ada", password).error(), AccountError::link_void);
}

TEST_F(AccountLinksTest, HolderOfAnAccountIsKnownByThePassword) {
  ASSERT_TRUE(book_.add("ada", password, auth::AccountRole::user));
  EXPECT_EQ(book_.authenticate("ADA", password)->username, "ada");
  EXPECT_FALSE(book_.authenticate("ada", "another password"));
  EXPECT_FALSE(book_.authenticate("bob", password));
  EXPECT_FALSE(book_.authenticate("no name!", password));
  EXPECT_FALSE(book_.authenticate("ada", ""));
  ASSERT_TRUE(book_.set_state("ada", auth::AccountState::disabled));
  EXPECT_FALSE(book_.authenticate("ada", password));
}

}  // namespace
}  // namespace chatserver::test
