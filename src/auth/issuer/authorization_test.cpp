#include "auth/issuer/authorization.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

using Pairs = std::vector<Parameters::Pair>;

constexpr std::string_view issuer = "https://chat.example/realms/chat";
constexpr std::string_view challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const Clients clients = default_clients(
    {.chat_client = "ChatClient", .dashboard_client = "WebClient", .public_url = "https://chat.example"});

Pairs good() {
  return {{"client_id", "ChatClient"},
          {"redirect_uri", "http://127.0.0.1:1337/callback"},
          {"response_type", "code"},
          {"scope", "openid"},
          {"state", "s&t"},
          {"nonce", "n-1"},
          {"code_challenge", std::string(challenge)},
          {"code_challenge_method", "S256"}};
}

// With other values; an empty one is as good as none.
Pairs good_but(const Pairs& changes) {
  Pairs pairs = good();
  for (const auto& [name, value] : changes) {
    std::erase_if(pairs, [&](const auto& pair) { return pair.first == name; });
    pairs.emplace_back(name, value);
  }
  return pairs;
}

auto check(const Pairs& pairs) {
  return check_authorization_request(pairs, clients, issuer);
}

AuthorizationRequest request_of(const Pairs& pairs) {
  auto request = check(pairs);
  EXPECT_TRUE(request);
  return request ? *request : AuthorizationRequest{};
}

TEST(AuthorizationTest, DesktopClientsRequestIsTaken) {
  const auto request = request_of(good());
  EXPECT_EQ(request.client, "ChatClient");
  EXPECT_EQ(request.redirect_uri, "http://127.0.0.1:1337/callback");
  EXPECT_EQ(request.redirect_match, RedirectMatch::loopback);
  EXPECT_EQ(request.scope, "openid");
  EXPECT_EQ(request.state, "s&t");
  EXPECT_EQ(request.nonce, "n-1");
  EXPECT_EQ(request.challenge, challenge);
  EXPECT_EQ(request.prompt, Prompt::when_needed);
  EXPECT_FALSE(request.max_age);
}

TEST(AuthorizationTest, ScopesThatMeanNothingAreIgnored) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "profile"},
      {"openid", "openid"},
      {"profile openid email", "openid profile"},
      {"openid openid", "openid"},
      {"email offline_access", "profile"},
      {"OPENID", "profile"},
  };
  for (const auto& [asked, granted] : cases) {
    EXPECT_EQ(request_of(good_but({{"scope", asked}})).scope, granted) << asked;
  }
}

// RFC 6749 section 4.1.2.1: nothing is sent to an address that may be anybody's.
TEST(AuthorizationTest, WhoeverAsksInAnotherNameIsShownToThePerson) {
  const std::vector<std::pair<Pairs, RequestFault>> cases{
      {good_but({{"client_id", ""}}), RequestFault::unknown_client},
      {good_but({{"client_id", "Evil"}}), RequestFault::unknown_client},
      {good_but({{"redirect_uri", ""}}), RequestFault::foreign_redirect_uri},
      {good_but({{"redirect_uri", "https://evil.example/callback"}}), RequestFault::foreign_redirect_uri},
      {good_but({{"client_id", "WebClient"}}), RequestFault::foreign_redirect_uri},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto refused = check(cases[i].first);
    ASSERT_FALSE(refused) << i;
    ASSERT_TRUE(std::holds_alternative<RequestFault>(refused.error())) << i;
    EXPECT_EQ(std::get<RequestFault>(refused.error()), cases[i].second) << i;
    EXPECT_FALSE(text(cases[i].second).empty());
  }
  for (const auto* name : {"client_id", "redirect_uri"}) {
    auto twice = good();
    twice.emplace_back(name, "x");
    EXPECT_EQ(std::get<RequestFault>(check(twice).error()), RequestFault::repeated_parameter);
  }
}

TEST(AuthorizationTest, WhatElseIsWrongGoesBackToTheClient) {
  const std::string many(3000, 'x');
  const std::vector<std::pair<Pairs, std::string>> cases{
      {{{"response_type", ""}}, "invalid_request"},
      {{{"response_type", "token"}}, "unsupported_response_type"},
      {{{"response_type", "code id_token"}}, "unsupported_response_type"},
      {{{"response_mode", "fragment"}}, "invalid_request"},
      {{{"response_mode", "form_post"}}, "invalid_request"},
      {{{"code_challenge", ""}}, "invalid_request"},
      {{{"code_challenge", "short"}}, "invalid_request"},
      {{{"code_challenge", std::string(challenge) + "A"}}, "invalid_request"},
      {{{"code_challenge", std::string(42, 'A') + "="}}, "invalid_request"},
      {{{"code_challenge", std::string(42, 'A') + "+"}}, "invalid_request"},
      {{{"code_challenge_method", ""}}, "invalid_request"},
      {{{"code_challenge_method", "plain"}}, "invalid_request"},
      {{{"code_challenge_method", "s256"}}, "invalid_request"},
      {{{"scope", "openid \"x\""}}, "invalid_scope"},
      {{{"scope", "openid\nx"}}, "invalid_scope"},
      {{{"prompt", "none login"}}, "invalid_request"},
      {{{"max_age", "-1"}}, "invalid_request"},
      {{{"max_age", "1s"}}, "invalid_request"},
      {{{"max_age", "99999999999"}}, "invalid_request"},
      {{{"nonce", many}}, "invalid_request"},
      {{{"nonce", std::string("a\0b", 3)}}, "invalid_request"},
      {{{"request", "eyJ"}}, "request_not_supported"},
      {{{"request_uri", "https://evil.example"}}, "request_uri_not_supported"},
  };
  for (const auto& [changes, error] : cases) {
    const auto refused = check(good_but(changes));
    const std::string what = changes.front().first + "=" + changes.front().second;
    ASSERT_FALSE(refused) << what;
    ASSERT_TRUE(std::holds_alternative<Redirect>(refused.error())) << what;
    const auto& location = std::get<Redirect>(refused.error()).location;
    EXPECT_THAT(location, ::testing::StartsWith("http://127.0.0.1:1337/callback?")) << what;
    EXPECT_THAT(location, HasSubstr("iss=https%3A%2F%2Fchat.example%2Frealms%2Fchat")) << what;
    EXPECT_THAT(location, HasSubstr("&state=s%26t")) << what;
    EXPECT_THAT(location, HasSubstr("&error=" + error + "&")) << what;
  }
}

TEST(AuthorizationTest, RepeatedParametersGoBackWithoutAStateThatCouldBeEither) {
  for (const auto& [name, value] : good()) {
    if (name == "client_id" || name == "redirect_uri") continue;
    auto twice = good();
    twice.emplace_back(name, value);
    const auto refused = check(twice);
    ASSERT_FALSE(refused) << name;
    const auto& location = std::get<Redirect>(refused.error()).location;
    EXPECT_THAT(location, HasSubstr("error=invalid_request")) << name;
    if (name == "state") EXPECT_THAT(location, Not(HasSubstr("state=")));
  }
}

TEST(AuthorizationTest, AnOverlongStateIsNotRepeated) {
  const auto refused = check(good_but({{"state", std::string(2049, 'x')}}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(std::get<Redirect>(refused.error()).location, Not(HasSubstr("xxx")));
  EXPECT_TRUE(check(good_but({{"state", std::string(2048, 'x')}})));
}

TEST(AuthorizationTest, NothingInAStateReachesTheHeaderAsItIs) {
  const auto request = request_of(good_but({{"state", "a\r\nSet-Cookie: x=y \"<>#&%\xc3\xa9"}}));
  EXPECT_EQ(code_redirect(request, "c-1", issuer).location,
            "http://127.0.0.1:1337/callback?iss=https%3A%2F%2Fchat.example%2Frealms%2Fchat"
            "&state=a%0D%0ASet-Cookie%3A%20x%3Dy%20%22%3C%3E%23%26%25%C3%A9&code=c-1");
}

TEST(AuthorizationTest, WithoutStateNoneComesBack) {
  const auto request = request_of(good_but({{"state", ""}}));
  EXPECT_THAT(code_redirect(request, "c-1", issuer).location, Not(HasSubstr("state")));
}

TEST(AuthorizationTest, ARequestSurvivesItsWayThroughAForm) {
  const auto request =
      request_of(good_but({{"prompt", "login"}, {"max_age", "60"}, {"login_hint", "ada & co"}}));
  EXPECT_EQ(
      to_query(request),
      "client_id=ChatClient&redirect_uri=http%3A%2F%2F127.0.0.1%3A1337%2Fcallback&response_type=code&scope="
      "openid&state=s%26t&nonce=n-1&code_challenge=" +
          std::string(challenge) +
          "&code_challenge_method=S256&prompt=login&max_age=60&login_hint=ada%20%26%20co");
}

TEST(AuthorizationTest, WhatHappensDependsOnTheSessionAndTheWish) {
  const Timestamp now{1'767'225'600s};
  const std::optional<Timestamp> nobody;
  const std::optional<Timestamp> somebody = now - 100s;
  const Pairs web{{"redirect_uri", "https://chat.example/callback"}};
  const auto with = [&](Pairs more) {
    more.insert(more.end(), web.begin(), web.end());
    return request_of(good_but(more));
  };
  const auto step = [&](const AuthorizationRequest& request, std::optional<Timestamp> since) {
    return next_step(request, since, now);
  };
  EXPECT_EQ(step(with({}), nobody), NextStep::sign_in);
  EXPECT_EQ(step(with({}), somebody), NextStep::answer);
  EXPECT_EQ(step(with({{"prompt", "login"}}), somebody), NextStep::sign_in);
  EXPECT_EQ(step(with({{"prompt", "select_account"}}), somebody), NextStep::sign_in);
  EXPECT_EQ(step(with({{"prompt", "consent"}}), somebody), NextStep::confirm);
  EXPECT_EQ(step(with({{"prompt", "create"}}), somebody), NextStep::answer);
  EXPECT_EQ(step(with({{"max_age", "100"}}), somebody), NextStep::answer);
  EXPECT_EQ(step(with({{"max_age", "99"}}), somebody), NextStep::sign_in);
  EXPECT_EQ(step(with({{"prompt", "none"}}), nobody), std::unexpected(AuthorizationError::login_required));
  EXPECT_EQ(step(with({{"prompt", "none"}}), somebody), NextStep::answer);
  EXPECT_EQ(step(with({{"prompt", "none"}, {"max_age", "0"}}), somebody),
            std::unexpected(AuthorizationError::login_required));

  // RFC 8252 section 8.6: a loopback redirect never goes without a click.
  EXPECT_EQ(step(request_of(good()), somebody), NextStep::confirm);
  EXPECT_EQ(step(request_of(good()), nobody), NextStep::sign_in);
  EXPECT_EQ(step(request_of(good_but({{"prompt", "none"}})), somebody),
            std::unexpected(AuthorizationError::interaction_required));
}

}  // namespace
}  // namespace chatserver::auth
