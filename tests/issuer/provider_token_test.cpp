#include <functional>

#include "issuer/provider_fixture.hpp"

namespace chatserver::test {
namespace {

using namespace std::chrono_literals;

using ProviderTokenTest = ProviderFixture;

TEST_F(ProviderTokenTest, ACodeBuysTokensOfItsSignIn) {
  const auto who = sign_in();
  const auto answer = tokens_for(who);
  const auto claims =
      auth::verify(answer.access_token, issuer_.public_keys(), {.issuer = issuer_.url()}, clock_.utc());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->subject, ada_.id);
  EXPECT_EQ(claims->username, "ada");
  EXPECT_EQ(claims->authorized_party, "ChatClient");
  EXPECT_EQ(claims->session_id, who.session.sid);
  EXPECT_EQ(claims->roles, std::vector<std::string>{"admin"});
  EXPECT_EQ(claims->expires_at, clock_.utc() + 5min);
  EXPECT_EQ(answer.expires_in, 5min);
  EXPECT_EQ(answer.scope, "openid");
  EXPECT_EQ(claim(answer.id_token, "nonce"), "n-1");
  EXPECT_EQ(claim(answer.id_token, "sid"), who.session.sid);
  EXPECT_EQ(claim(answer.id_token, "aud"), "ChatClient");
}

TEST_F(ProviderTokenTest, WithoutOpenidThereIsNoIdToken) {
  const auto answer = tokens_for(sign_in(), authorization({{"scope", ""}}));
  EXPECT_EQ(answer.scope, "profile");
  EXPECT_TRUE(answer.id_token.empty());
}

TEST_F(ProviderTokenTest, IdTokenSaysWhenThePersonSignedIn) {
  const auto who = sign_in();
  clock_.advance(1h);
  const auto answer = tokens_for(who);
  EXPECT_EQ(claims_of(answer.id_token).at("auth_time").as_int64(),
            claims_of(answer.id_token).at("iat").as_int64() - 3600);
}

TEST_F(ProviderTokenTest, MalformedRequestsAreToldApart) {
  const auto code = code_for(sign_in());
  const std::vector<std::pair<Form, std::string>> cases{
      {{}, "invalid_client"},
      {{{"client_id", "ChatClient"}}, "invalid_request"},
      {code_form(code, {{"client_id", ""}}), "invalid_client"},
      {code_form(code, {{"client_id", "Evil"}}), "invalid_client"},
      {code_form(code, {{"client_secret", "x"}}), "invalid_client"},
      {code_form(code, {{"grant_type", ""}}), "invalid_request"},
      {code_form(code, {{"grant_type", "password"}}), "unsupported_grant_type"},
      {code_form(code, {{"grant_type", "client_credentials"}}), "unsupported_grant_type"},
      {code_form(code, {{"code", ""}}), "invalid_request"},
      {code_form(code, {{"redirect_uri", ""}}), "invalid_request"},
      {code_form(code, {{"code_verifier", ""}}), "invalid_request"},
      {code_form("unknown"), "invalid_grant"},
      {code_form(code.substr(1)), "invalid_grant"},
      {refresh_form(""), "invalid_request"},
      {refresh_form("x"), "invalid_grant"},
      {refresh_form(code + "." + code), "invalid_grant"},
      {refresh_form(std::string(100'000, '.')), "invalid_grant"},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(refusal(cases[i].first), cases[i].second) << i;
  for (const auto& [name, value] : code_form(code)) {
    auto twice = code_form(code);
    twice.emplace_back(name, value);
    EXPECT_EQ(refusal(twice), "invalid_request") << name;
  }
  EXPECT_EQ(refusal(code_form(code)), "none");  // none of them has used it up
}

// Each attempt uses the code up: nobody tries verifiers one after the other.
TEST_F(ProviderTokenTest, ACodeIsBoundToClientRedirectUriAndVerifier) {
  const std::vector<Form> foreign{
      {{"client_id", "WebClient"}},
      {{"redirect_uri", "http://127.0.0.1:1338/callback"}},
      {{"redirect_uri", "http://localhost:1337/callback"}},
      {{"code_verifier", std::string(challenge)}},
      {{"code_verifier", std::string(verifier.substr(1))}},
      {{"code_verifier", std::string(129, 'x')}},
  };
  for (std::size_t i = 0; i < foreign.size(); ++i) {
    const auto code = code_for(sign_in());
    EXPECT_EQ(refusal(code_form(code, foreign[i])), "invalid_grant") << i;
    EXPECT_EQ(refusal(code_form(code)), "invalid_grant") << i;
  }
}

TEST_F(ProviderTokenTest, ACodeLastsAMinute) {
  const auto who = sign_in();
  const auto in_time = code_for(who);
  const auto too_late = code_for(who);
  clock_.advance(60s - 1us);
  EXPECT_EQ(refusal(code_form(in_time)), "none");
  clock_.advance(1us);
  EXPECT_EQ(refusal(code_form(too_late)), "invalid_grant");
}

TEST_F(ProviderTokenTest, ACodeUsedTwiceEndsWhatTheFirstUseGranted) {
  const auto who = sign_in();
  const auto code = code_for(who);
  const auto answer = provider_.token(code_form(code));
  ASSERT_TRUE(answer);
  EXPECT_EQ(refusal(code_form(code)), "invalid_grant");
  EXPECT_EQ(refusal(refresh_form(answer->refresh_token)), "invalid_grant");
  const auto changes = store_->account_changes_after(0, 10);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].sid, who.session.sid);
  EXPECT_EQ(tokens_ended_, 1);
}

TEST_F(ProviderTokenTest, RefreshingGivesNewTokensOfTheSameSignIn) {
  const auto who = sign_in();
  const auto first = tokens_for(who);
  clock_.advance(4min);
  const auto second = provider_.token(refresh_form(first.refresh_token));
  ASSERT_TRUE(second) << second.error().description;
  EXPECT_NE(second->refresh_token, first.refresh_token);
  EXPECT_NE(claim(second->access_token, "jti"), claim(first.access_token, "jti"));
  EXPECT_EQ(claim(second->access_token, "sid"), who.session.sid);
  EXPECT_EQ(claims_of(second->id_token).at("auth_time"), claims_of(first.id_token).at("auth_time"));
  EXPECT_EQ(claim(second->id_token, "nonce"), "none");  // OpenID Connect Core, section 12.2
  EXPECT_EQ(refusal(refresh_form(second->refresh_token)), "none");
}

TEST_F(ProviderTokenTest, ALostAnswerMayBeAskedForAgain) {
  const auto first = tokens_for(sign_in());
  ASSERT_TRUE(provider_.token(refresh_form(first.refresh_token)));
  clock_.advance(30s);
  const auto again = provider_.token(refresh_form(first.refresh_token));
  ASSERT_TRUE(again);
  EXPECT_EQ(refusal(refresh_form(again->refresh_token)), "none");
}

TEST_F(ProviderTokenTest, ReuseEndsTheFamilyAndNoOther) {
  const auto who = sign_in();
  const auto other = tokens_for(who);
  const auto first = tokens_for(who);
  const auto second = provider_.token(refresh_form(first.refresh_token));
  ASSERT_TRUE(second);
  clock_.advance(31s);
  EXPECT_EQ(refusal(refresh_form(first.refresh_token)), "invalid_grant");
  EXPECT_EQ(refusal(refresh_form(second->refresh_token)), "invalid_grant");
  EXPECT_EQ(refusal(refresh_form(other.refresh_token)), "none");
}

TEST_F(ProviderTokenTest, RefreshTokensAreTheirClientsAlone) {
  const auto answer = tokens_for(sign_in());
  EXPECT_EQ(refusal(refresh_form(answer.refresh_token, {{"client_id", "WebClient"}})), "invalid_grant");
  EXPECT_EQ(refusal(refresh_form(answer.refresh_token)), "none");  // the other's attempt used nothing up
}

TEST_F(ProviderTokenTest, ScopeCanBeNarrowedAndNotWidened) {
  const auto wide = tokens_for(sign_in(), authorization({{"scope", "openid profile"}}));
  EXPECT_EQ(refusal(refresh_form(wide.refresh_token, {{"scope", "openid email"}})), "invalid_scope");
  const auto narrow = provider_.token(refresh_form(wide.refresh_token, {{"scope", "profile"}}));
  ASSERT_TRUE(narrow);
  EXPECT_EQ(narrow->scope, "profile");
  EXPECT_EQ(claim(narrow->access_token, "scope"), "profile");
  EXPECT_TRUE(narrow->id_token.empty());
  const auto wide_again = provider_.token(refresh_form(narrow->refresh_token));
  ASSERT_TRUE(wide_again);
  EXPECT_EQ(wide_again->scope, "openid profile");
}

TEST_F(ProviderTokenTest, RefreshTokensLastFourteenDaysWithoutUseAndNinetyInAll) {
  const auto idle = tokens_for(sign_in());
  EXPECT_EQ(idle.refresh_expires_in, 14 * 24h);
  auto used = tokens_for(sign_in());
  clock_.advance(14 * 24h);
  EXPECT_EQ(refusal(refresh_form(idle.refresh_token)), "invalid_grant");

  used = tokens_for(sign_in());
  for (int days = 0; days < 90 - 10; days += 10) {
    clock_.advance(10 * 24h);
    auto next = provider_.token(refresh_form(used.refresh_token));
    ASSERT_TRUE(next) << days;
    used = *std::move(next);
  }
  EXPECT_EQ(used.refresh_expires_in, 10 * 24h);
  clock_.advance(10 * 24h);
  EXPECT_EQ(refusal(refresh_form(used.refresh_token)), "invalid_grant");
}

TEST_F(ProviderTokenTest, AChangeOfTheAccountEndsItsRefreshTokens) {
  const std::vector<std::function<bool()>> changes{
      [&] { return store_->set_password(ada_.id, "new", clock_.utc()); },
      [&] { return store_->set_admin(ada_.id, false, clock_.utc()); },
      [&] { return store_->set_disabled(ada_.id, true, clock_.utc()); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto who = sign_in();
    const auto answer = tokens_for(who);
    const auto code = code_for(who);
    ASSERT_TRUE(changes[i]());
    EXPECT_EQ(refusal(refresh_form(answer.refresh_token)), "invalid_grant") << i;
    EXPECT_EQ(refusal(code_form(code)), "invalid_grant") << i;
  }
}

TEST_F(ProviderTokenTest, TokensAreNeverOfTheSecondOfAChange) {
  ASSERT_TRUE(store_->set_admin(ada_.id, false, clock_.utc()));
  const auto answer = tokens_for(sign_in());
  EXPECT_EQ(claims_of(answer.access_token).at("iat").as_int64(),
            std::chrono::floor<std::chrono::seconds>(clock_.utc()).time_since_epoch().count() + 1);
  EXPECT_TRUE(claims_of(answer.access_token).at("realm_access").at("roles").as_array().empty());
}

TEST_F(ProviderTokenTest, RevocationEndsTheFamily) {
  const auto answer = tokens_for(sign_in());
  const Form form{{"client_id", "ChatClient"}, {"token", answer.refresh_token}};
  EXPECT_TRUE(provider_.revoke(form));
  EXPECT_EQ(refusal(refresh_form(answer.refresh_token)), "invalid_grant");
  EXPECT_TRUE(provider_.revoke(form));  // RFC 7009 section 2.2: an invalid token is no error
}

TEST_F(ProviderTokenTest, RevocationsThatCannotBeAreRefused) {
  const auto answer = tokens_for(sign_in());
  const std::vector<std::pair<Form, std::string>> cases{
      {{{"token", answer.refresh_token}}, "invalid_client"},
      {{{"client_id", "Evil"}, {"token", answer.refresh_token}}, "invalid_client"},
      {{{"client_id", "ChatClient"}}, "invalid_request"},
      {{{"client_id", "ChatClient"}, {"token", "a"}, {"token", "b"}}, "invalid_request"},
      {{{"client_id", "WebClient"}, {"token", answer.refresh_token}}, "invalid_grant"},
      {{{"client_id", "ChatClient"}, {"token", answer.access_token}}, "unsupported_token_type"},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto revoked = provider_.revoke(cases[i].first);
    ASSERT_FALSE(revoked) << i;
    EXPECT_EQ(name(revoked.error().code), cases[i].second) << i;
  }
  EXPECT_TRUE(provider_.revoke(Form{{"client_id", "ChatClient"}, {"token", "unheard of"}}));
  EXPECT_EQ(refusal(refresh_form(answer.refresh_token)), "none");
}

}  // namespace
}  // namespace chatserver::test
