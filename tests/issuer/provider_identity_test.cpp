#include "issuer/provider_fixture.hpp"

namespace chatserver::test {
namespace {

using namespace std::chrono_literals;
using auth::LogoutFault;
using auth::UserInfoError;

using ProviderIdentityTest = ProviderFixture;

TEST_F(ProviderIdentityTest, UserInfoSaysWhoseTokenItIs) {
  const auto info = provider_.user_info(tokens_for(sign_in()).access_token);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->subject, ada_.id);
  EXPECT_EQ(info->username, "ada");
}

TEST_F(ProviderIdentityTest, UserInfoIsForOpenidAlone) {
  const auto answer = tokens_for(sign_in(), authorization({{"scope", "profile"}}));
  EXPECT_EQ(provider_.user_info(answer.access_token).error(), UserInfoError::insufficient_scope);
}

TEST_F(ProviderIdentityTest, TokensThatAreNoneTellNothing) {
  const auto who = sign_in();
  const auto answer = tokens_for(who);
  const auth::Issuer other(issuer_.url(), "admin", auth::SigningKey::generate(), random_);
  const auto forged = other.issue_access_token(ada_, {.client = "ChatClient"}, clock_.utc());
  for (const auto& token : {std::string(), std::string("x"), answer.id_token, answer.refresh_token, forged}) {
    EXPECT_EQ(provider_.user_info(token).error(), UserInfoError::invalid_token) << token;
  }
  revocations_.revoke_session(who.session.sid, clock_.utc(), clock_.utc() + 1h);
  EXPECT_EQ(provider_.user_info(answer.access_token).error(), UserInfoError::invalid_token);
}

TEST_F(ProviderIdentityTest, TokensEndWithTheirTimeAndTheirAccount) {
  const auto late = tokens_for(sign_in());
  clock_.advance(5min + 30s);
  EXPECT_EQ(provider_.user_info(late.access_token).error(), UserInfoError::invalid_token);
  const auto answer = tokens_for(sign_in());
  ASSERT_TRUE(store_->set_disabled(ada_.id, true, clock_.utc()));
  EXPECT_EQ(provider_.user_info(answer.access_token).error(), UserInfoError::invalid_token);
}

TEST_F(ProviderIdentityTest, ALogoutWithAnOldIdTokenNamesItsLogin) {
  const auto who = sign_in();
  const auto id_token = tokens_for(who).id_token;
  clock_.advance(24h);
  const auto logout = provider_.check_logout(Form{
      {"id_token_hint", id_token}, {"post_logout_redirect_uri", std::string(callback)}, {"state", "s&t"}});
  ASSERT_TRUE(logout);
  ASSERT_TRUE(logout->hint);
  EXPECT_EQ(logout->hint->sid, who.session.sid);
  EXPECT_EQ(logout->hint->user, ada_.id);
  ASSERT_TRUE(logout->afterwards);
  EXPECT_EQ(logout->afterwards->location, "http://127.0.0.1:1337/callback?state=s%26t");
}

TEST_F(ProviderIdentityTest, WithoutAHintThePersonIsToBeAsked) {
  const auto answer = tokens_for(sign_in());
  for (const auto& hint : {std::string(), std::string("x"), answer.access_token, answer.id_token + "x"}) {
    const auto logout = provider_.check_logout(Form{{"id_token_hint", hint}});
    ASSERT_TRUE(logout) << hint;
    EXPECT_FALSE(logout->hint) << hint;
    EXPECT_FALSE(logout->afterwards) << hint;
  }
  const auto named = provider_.check_logout(
      Form{{"client_id", "WebClient"}, {"post_logout_redirect_uri", "https://chat.example/"}});
  ASSERT_TRUE(named);
  EXPECT_EQ(named->afterwards->location, "https://chat.example/");
}

TEST_F(ProviderIdentityTest, NobodyIsSentToAForeignAddressAfterwards) {
  const auto id_token = tokens_for(sign_in()).id_token;
  const std::vector<std::pair<Form, LogoutFault>> cases{
      {{{"post_logout_redirect_uri", "https://chat.example/"}}, LogoutFault::foreign_redirect_uri},
      {{{"id_token_hint", "x"}, {"post_logout_redirect_uri", "https://chat.example/"}},
       LogoutFault::foreign_redirect_uri},
      {{{"id_token_hint", id_token}, {"post_logout_redirect_uri", "https://evil.example/"}},
       LogoutFault::foreign_redirect_uri},
      {{{"client_id", "WebClient"}, {"post_logout_redirect_uri", std::string(callback)}},
       LogoutFault::foreign_redirect_uri},
      {{{"client_id", "WebClient"},
        {"post_logout_redirect_uri", "https://chat.example/"},
        {"state", std::string(2049, 'x')}},
       LogoutFault::foreign_redirect_uri},
      {{{"client_id", "Evil"}}, LogoutFault::unknown_client},
      {{{"id_token_hint", id_token}, {"client_id", "WebClient"}}, LogoutFault::unknown_client},
      {{{"state", "a"}, {"state", "b"}}, LogoutFault::repeated_parameter},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto refused = provider_.check_logout(cases[i].first);
    ASSERT_FALSE(refused) << i;
    EXPECT_EQ(refused.error(), cases[i].second) << i;
    EXPECT_FALSE(text(refused.error()).empty());
  }
}

}  // namespace
}  // namespace chatserver::test
