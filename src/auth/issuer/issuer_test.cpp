#include "auth/issuer/issuer.hpp"

#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "auth/base64url.hpp"
#include "auth/issuer/uuid.hpp"
#include "auth/json.hpp"
#include "auth/verify.hpp"

namespace chatserver::auth {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp now{std::chrono::seconds{1'767'225'600}};

class IssuerTest : public ::testing::Test {
 protected:
  [[nodiscard]] Issuer issuer_at(const std::string& public_url) {
    return {issuer_url_below(public_url), "admin", std::move(*SigningKey::from_pem(pem())), random_};
  }

  static const std::string& pem() {
    static const std::string text = SigningKey::generate().to_pem();
    return text;
  }

  static boost::json::object payload_of(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.rfind('.');
    return *parse_json_object(*base64url_decode(token.substr(first + 1, second - first - 1)));
  }

  static std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* text = string_member(object, name);
    return text ? std::string(*text) : "none";
  }

  store::Account ada_{.id = UserId("6f1c2d3e-0000-4000-8000-000000000001"),
                      .username = "ada",
                      .password_hash = {},
                      .admin = true,
                      .disabled = false,
                      .created_at = now};
  SystemRandom random_;
};

TEST_F(IssuerTest, TokensPassTheVerifierWithThePublishedKeys) {
  const auto issuer = issuer_at("http://localhost:8080");
  const auto token = issuer.issue_access_token(ada_, {.client = "ChatClient", .session_id = "s-1"}, now);
  const auto keys = KeySet::parse(issuer.jwks_json());
  ASSERT_TRUE(keys);
  const Policy policy{.issuer = issuer.url(), .audience = {"account"}, .leeway = 0s};
  const auto claims = verify(token, *keys, policy, now);
  ASSERT_TRUE(claims) << name(claims.error());
  EXPECT_EQ(claims->subject, ada_.id);
  EXPECT_EQ(claims->username, "ada");
  EXPECT_EQ(claims->authorized_party, "ChatClient");
  EXPECT_EQ(claims->session_id, "s-1");
  EXPECT_EQ(claims->roles, std::vector<std::string>{"admin"});
  EXPECT_EQ(claims->issued_at, now);
  EXPECT_EQ(claims->expires_at, now + 300s);
  EXPECT_EQ(verify(token, issuer.public_keys(), policy, now + 300s).error(), TokenError::expired);
}

TEST_F(IssuerTest, OnlyAdminsGetTheRole) {
  const auto issuer = issuer_at("http://localhost:8080");
  ada_.admin = false;
  const auto token = issuer.issue_access_token(ada_, {.client = "WebClient"}, now);
  const auto claims = verify(token, issuer.public_keys(), {.issuer = issuer.url(), .audience = {}}, now);
  ASSERT_TRUE(claims);
  EXPECT_TRUE(claims->roles.empty());
}

TEST_F(IssuerTest, ClaimsAreKeycloaks) {
  const auto payload =
      payload_of(issuer_at("http://localhost:8080").issue_access_token(ada_, {.client = "WebClient"}, now));
  for (const auto* claim : {"exp", "iat", "jti", "iss", "aud", "sub", "typ", "azp", "sid", "realm_access",
                            "scope", "preferred_username"}) {
    EXPECT_TRUE(payload.contains(claim)) << claim;
  }
  EXPECT_EQ(text_of(payload, "typ"), "Bearer");
}

TEST_F(IssuerTest, EachTokenAndEachNewSessionHasItsOwnId) {
  const auto issuer = issuer_at("http://localhost:8080");
  const auto first = payload_of(issuer.issue_access_token(ada_, {.client = "ChatClient"}, now));
  const auto second = payload_of(issuer.issue_access_token(ada_, {.client = "ChatClient"}, now));
  EXPECT_NE(text_of(first, "jti"), text_of(second, "jti"));
  EXPECT_NE(text_of(first, "sid"), text_of(second, "sid"));
}

TEST_F(IssuerTest, NewTokensAreFromAfterTheLastChangeOfTheAccount) {
  const auto issuer = issuer_at("http://localhost:8080");
  const auto issued_at = [&](Timestamp valid_from) {
    ada_.valid_from = valid_from;
    const auto payload = payload_of(issuer.issue_access_token(ada_, {.client = "ChatClient"}, now));
    EXPECT_EQ(payload.at("exp").as_int64(), payload.at("iat").as_int64() + 300);
    return Timestamp(std::chrono::seconds(payload.at("iat").as_int64()));
  };
  EXPECT_EQ(issued_at(now - 1s), now);
  EXPECT_EQ(issued_at(now - 1us), now);
  EXPECT_EQ(issued_at(now), now + 1s);
  EXPECT_EQ(issued_at(now + 1us), now + 1s);  // of the same second
  EXPECT_EQ(issued_at(now + 5s), now + 6s);   // the clock was set back
}

TEST_F(IssuerTest, IdTokenSaysWhoSignedInWhenAndForWhichAnswer) {
  const auto issuer = issuer_at("http://localhost:8080");
  const auto payload =
      payload_of(issuer.issue_id_token(ada_,
                                       {.client = "ChatClient",
                                        .session_id = "s-1",
                                        .nonce = "n-1",
                                        .authenticated_at = now - 60s,
                                        // The example of OpenID Connect Core, appendix A.3.
                                        .access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"},
                                       now));
  EXPECT_EQ(text_of(payload, "iss"), "http://localhost:8080/realms/chat");
  EXPECT_EQ(text_of(payload, "sub"), ada_.id.value());
  EXPECT_EQ(text_of(payload, "aud"), "ChatClient");
  EXPECT_EQ(text_of(payload, "azp"), "ChatClient");
  EXPECT_EQ(text_of(payload, "sid"), "s-1");
  EXPECT_EQ(text_of(payload, "nonce"), "n-1");
  EXPECT_EQ(text_of(payload, "typ"), "ID");
  EXPECT_EQ(text_of(payload, "at_hash"), "77QmUPtjPfzWtF2AnpK9RQ");
  EXPECT_EQ(payload.at("auth_time").as_int64(), 1'767'225'540);
  EXPECT_EQ(payload.at("iat").as_int64(), 1'767'225'600);
  EXPECT_EQ(payload.at("exp").as_int64(), 1'767'225'900);
}

TEST_F(IssuerTest, IdTokenIsNoAccessToken) {
  const auto issuer = issuer_at("http://localhost:8080");
  const auto token = issuer.issue_id_token(ada_,
                                           {.client = "ChatClient",
                                            .session_id = "s-1",
                                            .nonce = {},
                                            .authenticated_at = now,
                                            .access_token = "x"},
                                           now);
  EXPECT_FALSE(payload_of(token).contains("nonce"));
  EXPECT_EQ(verify(token, issuer.public_keys(), {.issuer = issuer.url(), .audience = {}}, now).error(),
            TokenError::wrong_type);
}

TEST_F(IssuerTest, AfterARotationTokensOfBothKeysAreVerified) {
  Issuer issuer("http://localhost/realms/chat", "admin", std::move(*SigningKey::from_pem(pem())), random_);
  const Policy policy{.issuer = issuer.url(), .audience = {}};
  const auto before = issuer.issue_access_token(ada_, {.client = "ChatClient"}, now);
  auto old_key = std::move(*SigningKey::from_pem(pem()));
  auto new_key = SigningKey::generate();
  const auto new_kid = new_key.kid();
  issuer.use({std::move(new_key),
              {{.kid = old_key.kid(), .public_jwk_json = old_key.public_jwk_json(), .until = now}}});
  const auto after = issuer.issue_access_token(ada_, {.client = "ChatClient"}, now);
  const auto keys = issuer.public_keys();
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_TRUE(verify(before, keys, policy, now));
  EXPECT_TRUE(verify(after, keys, policy, now));
  EXPECT_NE(keys.find(new_kid), nullptr);
}

TEST_F(IssuerTest, DiscoveryStandsOnKeycloaksPaths) {
  for (const auto* public_url : {"https://chat.example", "https://chat.example/"}) {
    const auto document = parse_json_object(issuer_at(public_url).discovery_json());
    ASSERT_TRUE(document);
    const std::string endpoints = "https://chat.example/realms/chat/protocol/openid-connect/";
    EXPECT_EQ(text_of(*document, "issuer"), "https://chat.example/realms/chat");
    EXPECT_EQ(text_of(*document, "jwks_uri"), "https://chat.example" + std::string(jwks_path));
    EXPECT_EQ(text_of(*document, "authorization_endpoint"), endpoints + "auth");
    EXPECT_EQ(text_of(*document, "token_endpoint"), endpoints + "token");
    EXPECT_EQ(boost::json::serialize(document->at("code_challenge_methods_supported")), R"(["S256"])");
  }
}

TEST_F(IssuerTest, KeySetHoldsNoPrivatePart) {
  const auto document = parse_json_object(issuer_at("https://chat.example").jwks_json());
  ASSERT_TRUE(document);
  const auto& key = document->at("keys").as_array().at(0).as_object();
  EXPECT_EQ(key.size(), 6U);
  for (const auto* member : {"d", "p", "q", "dp", "dq", "qi"}) EXPECT_FALSE(key.contains(member)) << member;
}

class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::byte value) : value_(value) {}
  void fill(std::span<std::byte> bytes) noexcept override {
    for (auto& byte : bytes) byte = value_;
  }

 private:
  std::byte value_;
};

TEST(UuidTest, SaysVersionAndVariant) {
  FixedRandom ones(std::byte{0xff});
  FixedRandom zeros(std::byte{0});
  EXPECT_EQ(make_uuid(ones), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  EXPECT_EQ(make_uuid(zeros), "00000000-0000-4000-8000-000000000000");
}

}  // namespace
}  // namespace chatserver::auth
