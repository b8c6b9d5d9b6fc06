#include "auth/key_set.hpp"

#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "auth/base64url.hpp"
#include "auth/testing/token_forge.hpp"
#include "auth/verification_key.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;
using testing::jwk;
using testing::jwks;
using testing::keys;

TEST(KeySetTest, RefusesWhatIsNoKeySet) {
  for (const auto* text : {"", "[]", "{}", "null", R"({"keys":{}})", R"({"keys":[)",
                           R"({"keys":[],"keys":[]})", "<html>502</html>"}) {
    const auto set = KeySet::parse(text);
    ASSERT_FALSE(set) << text;
    EXPECT_EQ(set.error(), KeySetError::malformed) << text;
  }
}

TEST(KeySetTest, EmptySetIsOne) {
  const auto set = KeySet::parse(R"({"keys":[]})");
  ASSERT_TRUE(set);
  EXPECT_TRUE(set->empty());
}

TEST(KeySetTest, BoundsTheNumberOfKeys) {
  std::string text = R"({"keys":[{})";
  for (std::size_t i = 0; i < keys_max; ++i) text += ",{}";
  EXPECT_EQ(KeySet::parse(text + "]}").error(), KeySetError::too_large);
}

TEST(KeySetTest, UnusableKeysAreLeftOutAndTheOthersCount) {
  const auto off_curve = [] {
    auto key = jwk(keys().p256, {});
    key["y"] = base64url_encode(std::string(32, '\1'));
    return key;
  }();
  const std::vector<std::pair<std::string, json::object>> unusable{
      {"symmetric", {{"kty", "oct"}, {"k", "c2VjcmV0"}}},
      {"OKP", {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "AAAA"}}},
      {"no type", {{"kid", "a"}}},
      {"type a number", {{"kty", 1}}},
      {"type of other case", jwk(keys().rsa, {{"kty", "rsa"}})},
      {"for encryption", jwk(keys().rsa, {{"use", "enc"}})},
      {"use a number", jwk(keys().rsa, {{"use", 1}})},
      {"no verify operation", jwk(keys().rsa, {{"key_ops", {"sign", "encrypt"}}})},
      {"operations a string", jwk(keys().rsa, {{"key_ops", "verify"}})},
      {"unknown algorithm", jwk(keys().rsa, {{"alg", "RSA-OAEP"}})},
      {"symmetric algorithm", jwk(keys().rsa, {{"alg", "HS256"}})},
      {"algorithm of another type", jwk(keys().rsa, {{"alg", "ES256"}})},
      {"algorithm of another curve", jwk(keys().p256, {{"alg", "ES384"}})},
      {"kid a number", jwk(keys().rsa, {{"kid", 1}})},
      {"RSA of 1024 bits", jwk(keys().small_rsa, {})},
      {"RSA without modulus", jwk(keys().rsa, {{"n", nullptr}})},
      {"RSA without exponent", jwk(keys().rsa, {{"e", nullptr}})},
      {"RSA padded with zeros", jwk(keys().small_rsa, {{"n", std::string(200, 'A') + "AQAB"}})},
      {"RSA modulus even", jwk(keys().rsa, {{"n", base64url_encode("\xff" + std::string(255, '\0'))}})},
      {"RSA too large", jwk(keys().rsa, {{"n", base64url_encode(std::string(1025, '\xff'))}})},
      {"RSA exponent 1", jwk(keys().rsa, {{"e", "AQ"}})},
      {"RSA exponent 0", jwk(keys().rsa, {{"e", "AA"}})},
      {"RSA exponent even", jwk(keys().rsa, {{"e", "AQAA"}})},
      {"RSA exponent huge", jwk(keys().rsa, {{"e", base64url_encode(std::string(65, '\xff'))}})},
      {"RSA modulus padded base64", jwk(keys().rsa, {{"n", "AAAA="}})},
      {"RSA with its private half", jwk(keys().rsa, {{"d", "AQAB"}})},
      {"EC of a foreign curve", jwk(keys().p256, {{"crv", "secp256k1"}})},
      {"EC of another curve", jwk(keys().p256, {{"crv", "P-384"}})},
      {"EC without y", jwk(keys().p256, {{"y", nullptr}})},
      {"EC short coordinate", jwk(keys().p256, {{"x", "AQAB"}})},
      {"EC beside the curve", off_curve},
  };
  for (const auto& [what, key] : unusable) {
    const auto set = KeySet::parse(jwks({key, jwk(keys().p384, {{"kid", "good"}})}));
    ASSERT_TRUE(set) << what;
    EXPECT_EQ(set->size(), 1U) << what;
    EXPECT_EQ(set->skipped(), 1U) << what;
    EXPECT_TRUE(set->find("good")) << what;
  }
}

TEST(KeySetTest, ElementsThatAreNoObjectsAreLeftOut) {
  const auto set = KeySet::parse(R"({"keys":[1,null,"x",[]]})");
  ASSERT_TRUE(set);
  EXPECT_TRUE(set->empty());
  EXPECT_EQ(set->skipped(), 4U);
}

TEST(KeySetTest, FirstOfTwoKeysOfOneIdCounts) {
  const auto set = KeySet::parse(jwks({jwk(keys().p256, {{"kid", "a"}}), jwk(keys().rsa, {{"kid", "a"}})}));
  ASSERT_TRUE(set);
  ASSERT_EQ(set->size(), 1U);
  EXPECT_TRUE(set->find("a")->allows(Algorithm::es256));
}

TEST(KeySetTest, KeyAllowsWhatItsTypeAndItsOwnAlgorithmAllow) {
  const auto set = KeySet::parse(
      jwks({jwk(keys().rsa, {{"kid", "any"}}), jwk(keys().rsa, {{"kid", "ps"}, {"alg", "PS256"}})}));
  ASSERT_TRUE(set);
  EXPECT_TRUE(set->find("any")->allows(Algorithm::rs256));
  EXPECT_TRUE(set->find("any")->allows(Algorithm::ps512));
  EXPECT_FALSE(set->find("any")->allows(Algorithm::es256));
  EXPECT_TRUE(set->find("ps")->allows(Algorithm::ps256));
  EXPECT_FALSE(set->find("ps")->allows(Algorithm::rs256));
}

TEST(KeySetTest, MembersItDoesNotKnowAreIgnored) {
  const auto set = KeySet::parse(jwks({jwk(keys().rsa, {{"kid", "a"}, {"x5t", "abc"}, {"x5c", {"MIIB"}}})}));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 1U);
}

}  // namespace
}  // namespace chatserver::auth
