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
using testing::p256_key;
using testing::p384_key;
using testing::rsa_key;
using testing::small_rsa_key;

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
    auto key = jwk(p256_key(), {});
    key["y"] = base64url_encode(std::string(32, '\1'));
    return key;
  }();
  const std::vector<std::pair<std::string, json::object>> unusable{
      {"symmetric", {{"kty", "oct"}, {"k", "c2VjcmV0"}}},
      {"OKP", {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "AAAA"}}},
      {"no type", {{"kid", "a"}}},
      {"type a number", {{"kty", 1}}},
      {"type of other case", jwk(rsa_key(), {{"kty", "rsa"}})},
      {"for encryption", jwk(rsa_key(), {{"use", "enc"}})},
      {"use a number", jwk(rsa_key(), {{"use", 1}})},
      {"no verify operation", jwk(rsa_key(), {{"key_ops", {"sign", "encrypt"}}})},
      {"operations a string", jwk(rsa_key(), {{"key_ops", "verify"}})},
      {"unknown algorithm", jwk(rsa_key(), {{"alg", "RSA-OAEP"}})},
      {"symmetric algorithm", jwk(rsa_key(), {{"alg", "HS256"}})},
      {"algorithm of another type", jwk(rsa_key(), {{"alg", "ES256"}})},
      {"algorithm of another curve", jwk(p256_key(), {{"alg", "ES384"}})},
      {"kid a number", jwk(rsa_key(), {{"kid", 1}})},
      {"RSA of 1024 bits", jwk(small_rsa_key(), {})},
      {"RSA without modulus", jwk(rsa_key(), {{"n", nullptr}})},
      {"RSA without exponent", jwk(rsa_key(), {{"e", nullptr}})},
      {"RSA padded with zeros", jwk(small_rsa_key(), {{"n", std::string(200, 'A') + "AQAB"}})},
      {"RSA modulus even", jwk(rsa_key(), {{"n", base64url_encode("\xff" + std::string(255, '\0'))}})},
      {"RSA too large", jwk(rsa_key(), {{"n", base64url_encode(std::string(1025, '\xff'))}})},
      {"RSA exponent 1", jwk(rsa_key(), {{"e", "AQ"}})},
      {"RSA exponent 0", jwk(rsa_key(), {{"e", "AA"}})},
      {"RSA exponent even", jwk(rsa_key(), {{"e", "AQAA"}})},
      {"RSA exponent huge", jwk(rsa_key(), {{"e", base64url_encode(std::string(65, '\xff'))}})},
      {"RSA modulus padded base64", jwk(rsa_key(), {{"n", "AAAA="}})},
      {"RSA with its private half", jwk(rsa_key(), {{"d", "AQAB"}})},
      {"EC of a foreign curve", jwk(p256_key(), {{"crv", "secp256k1"}})},
      {"EC of another curve", jwk(p256_key(), {{"crv", "P-384"}})},
      {"EC without y", jwk(p256_key(), {{"y", nullptr}})},
      {"EC short coordinate", jwk(p256_key(), {{"x", "AQAB"}})},
      {"EC beside the curve", off_curve},
  };
  for (const auto& [what, key] : unusable) {
    const auto set = KeySet::parse(jwks({key, jwk(p384_key(), {{"kid", "good"}})}));
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
  const auto set = KeySet::parse(jwks({jwk(p256_key(), {{"kid", "a"}}), jwk(rsa_key(), {{"kid", "a"}})}));
  ASSERT_TRUE(set);
  ASSERT_EQ(set->size(), 1U);
  EXPECT_TRUE(set->find("a")->allows(Algorithm::es256));
}

TEST(KeySetTest, KeyAllowsWhatItsTypeAndItsOwnAlgorithmAllow) {
  const auto set = KeySet::parse(
      jwks({jwk(rsa_key(), {{"kid", "any"}}), jwk(rsa_key(), {{"kid", "ps"}, {"alg", "PS256"}})}));
  ASSERT_TRUE(set);
  EXPECT_TRUE(set->find("any")->allows(Algorithm::rs256));
  EXPECT_TRUE(set->find("any")->allows(Algorithm::ps512));
  EXPECT_FALSE(set->find("any")->allows(Algorithm::es256));
  EXPECT_TRUE(set->find("ps")->allows(Algorithm::ps256));
  EXPECT_FALSE(set->find("ps")->allows(Algorithm::rs256));
}

TEST(KeySetTest, MembersItDoesNotKnowAreIgnored) {
  const auto set = KeySet::parse(jwks({jwk(rsa_key(), {{"kid", "a"}, {"x5t", "abc"}, {"x5c", {"MIIB"}}})}));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 1U);
}

}  // namespace
}  // namespace chatserver::auth
