#include "auth/verify.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
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
using namespace testing;

TEST(VerifyTest, ReadsTheClaimsOfAGoodToken) {
  const auto claims = verify(good_token(), key_set(), policy(), now);
  ASSERT_TRUE(claims) << name(claims.error());
  EXPECT_EQ(claims->subject.value(), "6f1c2d3e-0000-4000-8000-000000000001");
  EXPECT_EQ(claims->username, "ada");
  EXPECT_EQ(claims->authorized_party, "ChatClient");
  EXPECT_EQ(claims->session_id, "session-1");
  EXPECT_EQ(claims->roles, (std::vector<std::string>{"admin", "offline_access"}));
  EXPECT_EQ(claims->expires_at, now + 300s);
  EXPECT_EQ(claims->issued_at, now - 10s);
}

TEST(VerifyTest, AcceptsEveryAlgorithmWithItsKey) {
  const std::vector<std::tuple<std::string, const Key&, std::string>> cases{
      {"RS256", rsa_key(), "rsa"},   {"RS384", rsa_key(), "rsa"},
      {"RS512", rsa_key(), "rsa"},   {"PS256", rsa_key(), "rsa"},
      {"PS384", rsa_key(), "rsa"},   {"PS512", rsa_key(), "rsa"},
      {"ES256", p256_key(), "p256"}, {"ES384", p384_key(), "p384"},
      {"ES512", p521_key(), "p521"}, {"RS512", other_rsa_key(), "only-rs512"}};
  for (const auto& [alg, key, kid] : cases) {
    const auto token = testing::token(key, alg, header_of(alg, kid), good_payload());
    const auto claims = verify(token, key_set(), policy(), now);
    EXPECT_TRUE(claims) << alg << ": " << name(claims.error());
  }
}

// A session must be found by the key that let it in, whatever the token says of it.
TEST(VerifyTest, ClaimsNameTheKeyThatVerifiedThem) {
  EXPECT_EQ(verify(good_token(), key_set(), policy(), now)->kid, "rsa");
  const auto only = KeySet::parse(testing::jwks({testing::jwk(rsa_key(), {{"kid", "only"}})}));
  const auto claims = verify(with_header(R"({"alg":"RS256"})"), *only, policy(), now);
  ASSERT_TRUE(claims) << name(claims.error());
  EXPECT_EQ(claims->kid, "only");
}

TEST(VerifyTest, TypeMayStandInTheHeaderAlone) {
  auto claims = good_claims();
  claims.erase("typ");
  const auto payload = json::serialize(claims);
  for (const auto* type : {"at+jwt", "application/at+jwt", "AT+JWT"}) {
    const auto header = json::serialize(json::object{{"alg", "RS256"}, {"kid", "rsa"}, {"typ", type}});
    EXPECT_TRUE(verify(rs256(header, payload), key_set(), policy(), now)) << type;
  }
  EXPECT_TRUE(verify(with_header(R"({"alg":"RS256","kid":"rsa"})"), key_set(), policy(), now));
}

TEST(VerifyTest, ExpiryIsExactToTheSecondAndCountsLeeway) {
  const auto at = [](std::int64_t exp) { return verify(with_claim("exp", exp), key_set(), policy(), now); };
  EXPECT_TRUE(at(now_seconds - 29));
  ASSERT_FALSE(at(now_seconds - 30));
  EXPECT_EQ(at(now_seconds - 30).error(), TokenError::expired);

  auto strict = policy();
  strict.leeway = 0s;
  const auto token = with_claim("exp", now_seconds);
  EXPECT_TRUE(verify(token, key_set(), strict, now - 1us));
  EXPECT_EQ(verify(token, key_set(), strict, now).error(), TokenError::expired);
}

TEST(VerifyTest, NotBeforeIsExactToTheSecondAndCountsLeeway) {
  const auto at = [](std::int64_t nbf) { return verify(with_claim("nbf", nbf), key_set(), policy(), now); };
  EXPECT_TRUE(at(now_seconds + 30));
  ASSERT_FALSE(at(now_seconds + 31));
  EXPECT_EQ(at(now_seconds + 31).error(), TokenError::not_yet_valid);
}

TEST(VerifyTest, DatesMayHaveFractions) {
  const auto claims =
      verify(with_claim("exp", static_cast<double>(now_seconds) + 0.5), key_set(), policy(), now);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->expires_at, now + 500ms);
}

TEST(VerifyTest, AudienceIsCheckedOnlyWhenConfigured) {
  auto strict = policy();
  strict.audience = {"chat", "chat-api"};
  const auto check = [&](json::value aud) {
    return verify(with_claim("aud", std::move(aud)), key_set(), strict, now);
  };
  EXPECT_TRUE(check("chat"));
  EXPECT_TRUE(check({"account", "chat-api"}));
  EXPECT_EQ(check("Chat").error(), TokenError::wrong_audience);
  EXPECT_EQ(check({"account"}).error(), TokenError::wrong_audience);
  EXPECT_EQ(check(json::array{}).error(), TokenError::wrong_audience);
  EXPECT_EQ(check({"chat", 1}).error(), TokenError::bad_claim);
  EXPECT_EQ(check(7).error(), TokenError::bad_claim);
  EXPECT_EQ(check(nullptr).error(), TokenError::missing_claim);

  EXPECT_TRUE(verify(with_claim("aud", 7), key_set(), policy(), now));
}

TEST(VerifyTest, TokenWithoutKidNeedsASetWithOneFittingKey) {
  const auto token = with_header(R"({"alg":"RS256"})");
  const auto with = [&](const std::string& set) { return verify(token, *KeySet::parse(set), policy(), now); };
  EXPECT_TRUE(with(testing::jwks({testing::jwk(rsa_key(), {})})));
  EXPECT_TRUE(with(testing::jwks({testing::jwk(p256_key(), {}), testing::jwk(rsa_key(), {{"kid", "a"}})})));
  EXPECT_EQ(with(testing::jwks({testing::jwk(rsa_key(), {}), testing::jwk(other_rsa_key(), {})})).error(),
            TokenError::unknown_key);
  EXPECT_EQ(with(testing::jwks({})).error(), TokenError::unknown_key);
}

TEST(VerifyTest, OptionalClaimsMayBeAbsent) {
  auto claims = good_claims();
  for (const auto* name : {"sid", "realm_access", "iat"}) claims.erase(name);
  const auto read = verify(rs256(good_header, json::serialize(claims)), key_set(), policy(), now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->session_id, "");
  EXPECT_TRUE(read->roles.empty());
  EXPECT_FALSE(read->issued_at);
}

// Acceptable or not is the protocol's to say, with a 403.
TEST(VerifyTest, OddNamesPass) {
  for (const auto* odd : {"server", "a\nb", "\u202Eadmin", "\U0001F600"}) {
    const auto claims = verify(with_claim("preferred_username", odd), key_set(), policy(), now);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->username, odd);
  }
}

TEST(VerifyTest, ErrorNamesAreDistinctAndFitAHeader) {
  std::vector<std::string_view> names;
  for (int i = 0; i < token_error_count; ++i) names.push_back(name(static_cast<TokenError>(i)));
  for (const auto text : names) {
    EXPECT_EQ(text.find_first_of("\"\\\r\n"), std::string_view::npos);
    EXPECT_EQ(std::ranges::count(names, text), 1) << text;
  }
}

}  // namespace
}  // namespace chatserver::auth
