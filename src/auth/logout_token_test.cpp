#include "auth/logout_token.hpp"

#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "auth/testing/sample_tokens.hpp"
#include "auth/testing/token_forge.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::good_header;
using testing::now;
using testing::now_seconds;
using testing::rs256;

constexpr std::string_view event = "http://schemas.openid.net/event/backchannel-logout";

Policy policy() {
  return {.issuer = std::string(testing::issuer), .audience = {"ChatClient", "WebClient"}, .leeway = 30s};
}

// As Keycloak makes it.
json::object logout_claims() {
  return {{"iss", testing::issuer},
          {"aud", "ChatClient"},
          {"typ", "Logout"},
          {"jti", "token-1"},
          {"sub", "ada"},
          {"sid", "session-1"},
          {"events", {{event, json::object{}}}},
          {"iat", now_seconds - 1},
          {"exp", now_seconds + 119}};
}

// `changes` replaces claims; null removes one.
std::string logout_payload(const json::object& changes) {
  auto claims = logout_claims();
  for (const auto& [name, value] : changes) {
    if (value.is_null())
      claims.erase(name);
    else
      claims[name] = value;
  }
  return json::serialize(claims);
}
std::string logout_token(const json::object& changes) {
  return rs256(good_header, logout_payload(changes));
}

std::expected<LogoutClaims, TokenError> verified(std::string_view token) {
  return verify_logout_token(token, testing::key_set(), policy(), now);
}

TEST(LogoutTokenTest, KeycloaksIsUnderstood) {
  const auto claims = verified(logout_token({}));
  ASSERT_TRUE(claims) << name(claims.error());
  EXPECT_EQ(*claims, (LogoutClaims{.token_id = "token-1",
                                   .subject = UserId("ada"),
                                   .session_id = "session-1",
                                   .issued_at = now - 1s,
                                   .expires_at = now + 119s}));
}

TEST(LogoutTokenTest, WhatTheSpecificationLeavesOpenIsAccepted) {
  struct Case {
    std::string what;
    std::string token;
  };
  const std::vector<Case> cases{
      {"of type logout+jwt",
       rs256(R"({"alg":"RS256","typ":"logout+jwt","kid":"rsa"})", logout_payload({{"typ", nullptr}}))},
      {"without any type", rs256(R"({"alg":"RS256","kid":"rsa"})", logout_payload({{"typ", nullptr}}))},
      {"several audiences", logout_token({{"aud", {"other", "WebClient"}}})},
      {"subject alone", logout_token({{"sid", nullptr}})},
      {"session alone", logout_token({{"sub", nullptr}})},
      {"event with content", logout_token({{"events", {{event, {{"a", 1}}}}}})},
      {"other events besides",
       logout_token({{"events", {{event, json::object{}}, {"urn:x", json::object{}}}}})},
      {"expired within the leeway", logout_token({{"exp", now_seconds - 29}})},
      {"issued in the future within the leeway", logout_token({{"iat", now_seconds + 30}})},
      {"elliptic curve", testing::token(testing::p256_key(), "ES256", testing::header_of("ES256", "p256"),
                                        logout_payload({}))}};
  for (const Case& one : cases) {
    const auto claims = verified(one.token);
    EXPECT_TRUE(claims) << one.what << ": " << name(claims.error());
  }
}

TEST(LogoutTokenTest, WithoutSidAllOfTheSubjectIsMeant) {
  const auto claims = verified(logout_token({{"sid", nullptr}}));
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->session_id, "");
  EXPECT_EQ(claims->subject, UserId("ada"));
}

TEST(LogoutTokenTest, IsRefusedForItsReason) {
  struct Case {
    std::string what;
    std::string token;
    TokenError error;
  };
  using enum TokenError;
  auto access_token = testing::good_claims();
  access_token["aud"] = "ChatClient";
  auto id_token = logout_claims();
  id_token["typ"] = "ID";
  id_token["nonce"] = "n";
  const std::vector<Case> cases{
      {"nothing", "", malformed},
      {"too large", std::string(token_bytes_max + 1, 'a'), too_large},
      {"unsigned", logout_token({}).substr(0, logout_token({}).rfind('.') + 1), bad_signature},
      {"alg none", rs256(testing::header_of("none", "rsa"), logout_payload({})), unsupported_algorithm},
      {"HS256", rs256(testing::header_of("HS256", "symmetric"), logout_payload({})), unsupported_algorithm},
      {"signed by another",
       testing::token(testing::other_rsa_key(), "RS256", good_header, logout_payload({})), bad_signature},
      {"unknown key", rs256(testing::header_of("RS256", "nobody"), logout_payload({})), unknown_key},
      {"payload not JSON", rs256(good_header, "logout"), malformed},
      {"sub twice", rs256(good_header, R"({"sub":"ada","sub":"eve"})"), malformed},

      {"access token", rs256(good_header, json::serialize(access_token)), wrong_type},
      {"ID token", rs256(good_header, json::serialize(id_token)), wrong_type},
      {"access token by its header",
       rs256(R"({"alg":"RS256","typ":"at+jwt","kid":"rsa"})", logout_payload({{"typ", nullptr}})),
       wrong_type},
      {"refresh token", logout_token({{"typ", "Refresh"}}), wrong_type},
      {"type of other case", logout_token({{"typ", "logout"}}), wrong_type},
      {"type a number", logout_token({{"typ", 1}}), wrong_type},
      {"nonce", logout_token({{"nonce", "n"}}), wrong_type},
      {"empty nonce", logout_token({{"nonce", ""}}), wrong_type},
      {"no events", logout_token({{"events", nullptr}}), missing_claim},
      {"events a list", logout_token({{"events", {event}}}), bad_claim},
      {"events a string", logout_token({{"events", event}}), bad_claim},
      {"events empty", logout_token({{"events", json::object{}}}), wrong_type},
      {"another event", logout_token({{"events", {{"urn:x", json::object{}}}}}), wrong_type},
      {"event a string", logout_token({{"events", {{event, "yes"}}}}), bad_claim},
      {"event true", logout_token({{"events", {{event, true}}}}), bad_claim},

      {"no iss", logout_token({{"iss", nullptr}}), missing_claim},
      {"iss of another", logout_token({{"iss", "https://evil.example"}}), wrong_issuer},
      {"no aud", logout_token({{"aud", nullptr}}), missing_claim},
      {"aud of another", logout_token({{"aud", "account"}}), wrong_audience},
      {"aud empty", logout_token({{"aud", json::array{}}}), wrong_audience},
      {"aud a number", logout_token({{"aud", 1}}), bad_claim},
      {"no jti", logout_token({{"jti", nullptr}}), missing_claim},
      {"jti empty", logout_token({{"jti", ""}}), bad_claim},
      {"jti a number", logout_token({{"jti", 7}}), bad_claim},
      {"neither sub nor sid", logout_token({{"sub", nullptr}, {"sid", nullptr}}), missing_claim},
      {"sub empty", logout_token({{"sub", ""}}), bad_claim},
      {"sub a number", logout_token({{"sub", 7}}), bad_claim},
      {"sub of 256 bytes", logout_token({{"sub", json::string(std::string(256, 'a'))}}), bad_claim},
      {"sub with a newline", logout_token({{"sub", "a\nb"}}), bad_claim},
      {"sid empty", logout_token({{"sid", ""}}), bad_claim},
      {"sid a list", logout_token({{"sid", {"session-1"}}}), bad_claim},
      {"no iat", logout_token({{"iat", nullptr}}), missing_claim},
      {"iat text", logout_token({{"iat", "now"}}), bad_claim},
      {"iat in the future", logout_token({{"iat", now_seconds + 31}}), not_yet_valid},
      {"no exp", logout_token({{"exp", nullptr}}), missing_claim},
      {"exp negative", logout_token({{"exp", -1}}), bad_claim},
      {"expired", logout_token({{"exp", now_seconds - 30}}), expired}};
  for (const Case& one : cases) {
    const auto claims = verified(one.token);
    ASSERT_FALSE(claims) << one.what;
    EXPECT_EQ(claims.error(), one.error) << one.what << ": " << name(claims.error());
  }
}

}  // namespace
}  // namespace chatserver::auth
