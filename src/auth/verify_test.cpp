#include "auth/verify.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "auth/base64url.hpp"
#include "auth/testing/token_forge.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::Key;
using testing::keys;

constexpr std::string_view issuer = "https://id.example/realms/chat";
constexpr std::int64_t now_seconds = 1'767'225'600;
constexpr Timestamp now{std::chrono::seconds{now_seconds}};
constexpr std::string_view symmetric_secret = "0123456789abcdef0123456789abcdef";

Policy policy() {
  return {.issuer = std::string(issuer), .audience = {}, .leeway = 30s};
}

// What the issuer of these tests lists; each key's id is its name in Keys.
const KeySet& key_set() {
  static const KeySet set = [] {
    const auto json_text = testing::jwks({
        testing::jwk(keys().rsa, {{"kid", "rsa"}, {"use", "sig"}}),
        testing::jwk(keys().other_rsa, {{"kid", "only-rs512"}, {"alg", "RS512"}}),
        testing::jwk(keys().other_rsa, {{"kid", "encryption"}, {"use", "enc"}}),
        testing::jwk(keys().other_rsa, {{"kid", "signs-only"}, {"key_ops", {"sign"}}}),
        testing::jwk(keys().other_rsa, {{"kid", "oaep"}, {"alg", "RSA-OAEP"}}),
        testing::jwk(keys().small_rsa, {{"kid", "small"}}),
        testing::jwk(keys().p256, {{"kid", "p256"}}),
        testing::jwk(keys().p384, {{"kid", "p384"}}),
        testing::jwk(keys().p521, {{"kid", "p521"}, {"key_ops", {"verify"}}}),
        {{"kty", "oct"}, {"kid", "symmetric"}, {"k", base64url_encode(symmetric_secret)}},
        {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "okp"}, {"x", base64url_encode(std::string(32, 'x'))}},
    });
    auto parsed = KeySet::parse(json_text);
    EXPECT_TRUE(parsed);
    return std::move(*parsed);
  }();
  return set;
}

json::object good_claims() {
  return {{"iss", issuer},
          {"sub", "6f1c2d3e-0000-4000-8000-000000000001"},
          {"typ", "Bearer"},
          {"azp", "ChatClient"},
          {"preferred_username", "ada"},
          {"sid", "session-1"},
          {"realm_access", {{"roles", {"admin", "offline_access"}}}},
          {"iat", now_seconds - 10},
          {"exp", now_seconds + 300}};
}

std::string rs256(std::string_view header, std::string_view payload) {
  return testing::token(keys().rsa, "RS256", header, payload);
}

const std::string good_header = R"({"alg":"RS256","typ":"JWT","kid":"rsa"})";

std::string good_payload() {
  return json::serialize(good_claims());
}
std::string good_token() {
  return rs256(good_header, good_payload());
}

// The good token but for one claim; null removes it.
std::string with_claim(std::string_view name, json::value value) {
  auto claims = good_claims();
  if (value.is_null()) {
    claims.erase(name);
  } else {
    claims[name] = std::move(value);
  }
  return rs256(good_header, json::serialize(claims));
}

std::string with_text(std::string_view name, std::string_view text) {
  return with_claim(name, json::string(text));
}

// The same, spelt out: for what no serializer would write.
std::string with_raw_claim(std::string_view name, std::string_view text) {
  auto claims = good_claims();
  claims.erase(name);
  auto payload = json::serialize(claims);
  payload.pop_back();
  payload.append(",\"").append(name).append("\":").append(text).append("}");
  return rs256(good_header, payload);
}

std::string with_header(std::string_view header) {
  return rs256(header, good_payload());
}

std::string header_of(std::string_view alg, std::string_view kid) {
  return json::serialize(json::object{{"alg", alg}, {"typ", "JWT"}, {"kid", kid}});
}

std::string unsigned_token(std::string_view alg) {
  return base64url_encode(header_of(alg, "rsa")) + '.' + base64url_encode(good_payload()) + '.';
}

std::string hs256(std::string_view secret, std::string_view kid) {
  auto made = base64url_encode(header_of("HS256", kid)) + '.' + base64url_encode(good_payload());
  made += '.' + base64url_encode(testing::hmac_sha256(secret, made));
  return made;
}

struct Parts {
  std::string header, payload, signature;
  [[nodiscard]] std::string joined() const { return header + '.' + payload + '.' + signature; }
};

Parts good_parts() {
  const auto token = good_token();
  const auto first = token.find('.');
  const auto second = token.rfind('.');
  return {token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

std::string changed(const std::function<void(Parts&)>& change) {
  auto parts = good_parts();
  change(parts);
  return parts.joined();
}

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
      {"RS256", keys().rsa, "rsa"},   {"RS384", keys().rsa, "rsa"},
      {"RS512", keys().rsa, "rsa"},   {"PS256", keys().rsa, "rsa"},
      {"PS384", keys().rsa, "rsa"},   {"PS512", keys().rsa, "rsa"},
      {"ES256", keys().p256, "p256"}, {"ES384", keys().p384, "p384"},
      {"ES512", keys().p521, "p521"}, {"RS512", keys().other_rsa, "only-rs512"}};
  for (const auto& [alg, key, kid] : cases) {
    const auto token = testing::token(key, alg, header_of(alg, kid), good_payload());
    const auto claims = verify(token, key_set(), policy(), now);
    EXPECT_TRUE(claims) << alg << ": " << name(claims.error());
  }
}

TEST(VerifyTest, RefusesHostileTokens) {
  const std::string nul_escape = R"("a\u0000b")";
  const std::string wide(std::size_t{100} * 1024, 'a');
  const auto other_rs256 = [](std::string_view header) {
    return testing::token(keys().other_rsa, "RS256", header, good_payload());
  };
  const auto attackers_jwk = json::serialize(testing::jwk(keys().other_rsa, {}));

  struct Case {
    std::string what;
    std::string token;
    TokenError error;
  };
  using enum TokenError;
  const std::vector<Case> cases{
      // Shape.
      {"empty", "", malformed},
      {"dots only", "..", malformed},
      {"many dots", std::string(1000, '.'), malformed},
      {"not a token", "hello", malformed},
      {"one part", good_parts().header, malformed},
      {"two parts", good_parts().header + '.' + good_parts().payload, malformed},
      {"four parts", good_token() + ".AAAA", malformed},
      {"trailing dot", good_token() + '.', malformed},
      {"leading dot", '.' + good_token(), malformed},
      {"JWE", "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.AA.AA.AA.AA", malformed},
      {"two tokens", good_token() + ',' + good_token(), malformed},
      {"leading space", ' ' + good_token(), malformed},
      {"trailing newline", good_token() + '\n', malformed},
      {"NUL at the end", good_token() + '\0', malformed},
      {"padded header", changed([](Parts& p) { p.header += "="; }), malformed},
      {"padded signature", changed([](Parts& p) { p.signature += "=="; }), malformed},
      {"standard base64", changed([](Parts& p) { p.payload[7] = '+'; }), malformed},
      {"NUL in the payload", changed([](Parts& p) { p.payload[7] = '\0'; }), malformed},
      {"non-zero unused bits", changed([](Parts& p) { p.signature.back() = 'B'; }), malformed},
      {"JSON serialization", R"({"payload":"e30","signatures":[]})", malformed},
      {"100 KiB", wide, too_large},
      {"100 KiB claim", with_text("preferred_username", wide), too_large},
      {"100 KiB kid", with_header(header_of("RS256", wide)), too_large},
      {"16 KiB and one", good_token() + std::string(token_bytes_max + 1 - good_token().size(), 'A'),
       too_large},

      // Header.
      {"empty header", changed([](Parts& p) { p.header.clear(); }), malformed},
      {"header not JSON", with_header("RS256"), malformed},
      {"header an array", with_header(R"(["RS256"])"), malformed},
      {"header followed by more", with_header(good_header + "{}"), malformed},
      {"header with a comment", with_header(R"({"alg":"RS256",/**/"kid":"rsa"})"), malformed},
      {"header with alg twice", with_header(R"({"alg":"none","alg":"RS256","kid":"rsa"})"), malformed},
      {"header with an escaped alg twice", with_header(R"({"alg":"none","\u0061lg":"RS256","kid":"rsa"})"),
       malformed},
      {"header with kid twice", with_header(R"({"alg":"RS256","kid":"x","kid":"rsa"})"), malformed},
      {"header with broken UTF-8", with_header("{\"alg\":\"RS256\",\"kid\":\"\xff\"}"), malformed},
      {"deeply nested header", with_header(R"({"alg":"RS256","x":)" + std::string(1000, '[')), malformed},
      {"no alg", with_header(R"({"kid":"rsa"})"), unsupported_algorithm},
      {"alg a number", with_header(R"({"alg":256,"kid":"rsa"})"), unsupported_algorithm},
      {"alg a list", with_header(R"({"alg":["RS256"],"kid":"rsa"})"), unsupported_algorithm},
      {"alg null", with_header(R"({"alg":null,"kid":"rsa"})"), unsupported_algorithm},
      {"alg empty", unsigned_token(""), unsupported_algorithm},
      {"alg none", unsigned_token("none"), unsupported_algorithm},
      {"alg None", unsigned_token("None"), unsupported_algorithm},
      {"alg NONE", unsigned_token("NONE"), unsupported_algorithm},
      {"alg nOnE", unsigned_token("nOnE"), unsupported_algorithm},
      {"alg none with a space", unsigned_token("none "), unsupported_algorithm},
      {"alg none, signed", with_header(header_of("none", "rsa")), unsupported_algorithm},
      {"alg rs256", with_header(header_of("rs256", "rsa")), unsupported_algorithm},
      {"alg RS1", with_header(header_of("RS1", "rsa")), unsupported_algorithm},
      {"alg with NUL", with_header(R"({"alg":"RS256\u0000","kid":"rsa"})"), unsupported_algorithm},
      {"alg EdDSA", with_header(header_of("EdDSA", "okp")), unsupported_algorithm},
      {"alg ES256K", with_header(header_of("ES256K", "p256")), unsupported_algorithm},
      {"alg dir", with_header(header_of("dir", "symmetric")), unsupported_algorithm},
      {"HS256 with the public key", hs256(testing::public_pem(keys().rsa), "rsa"), unsupported_algorithm},
      {"HS256 with a key of the set", hs256(symmetric_secret, "symmetric"), unsupported_algorithm},
      {"HS256 with an empty key", hs256("", "rsa"), unsupported_algorithm},
      {"unknown crit", with_header(R"({"alg":"RS256","kid":"rsa","crit":["exp"],"exp":1})"),
       unsupported_header},
      {"empty crit", with_header(R"({"alg":"RS256","kid":"rsa","crit":[]})"), unsupported_header},
      {"unencoded payload", with_header(R"({"alg":"RS256","kid":"rsa","b64":false})"), unsupported_header},
      {"compressed", with_header(R"({"alg":"RS256","kid":"rsa","zip":"DEF"})"), unsupported_header},
      {"nested", with_header(R"({"alg":"RS256","kid":"rsa","cty":"JWT"})"), unsupported_header},
      {"brings a jwk", other_rs256(R"({"alg":"RS256","jwk":)" + attackers_jwk + "}"), unsupported_header},
      {"brings a jwk and a good kid",
       other_rs256(R"({"alg":"RS256","kid":"rsa","jwk":)" + attackers_jwk + "}"), unsupported_header},
      {"brings a jku", other_rs256(R"({"alg":"RS256","kid":"rsa","jku":"https://evil.example/jwks"})"),
       unsupported_header},
      {"brings an x5u", other_rs256(R"({"alg":"RS256","kid":"rsa","x5u":"https://evil.example/x"})"),
       unsupported_header},
      {"brings an x5c", other_rs256(R"({"alg":"RS256","kid":"rsa","x5c":["MIIB"]})"), unsupported_header},
      {"kid a number", with_header(R"({"alg":"RS256","kid":1})"), unsupported_header},
      {"kid null", with_header(R"({"alg":"RS256","kid":null})"), unsupported_header},
      {"kid an object", with_header(R"({"alg":"RS256","kid":{}})"), unsupported_header},
      {"typ a number", with_header(R"({"alg":"RS256","kid":"rsa","typ":1})"), unsupported_header},

      // Key.
      {"unknown kid", with_header(header_of("RS256", "nobody")), unknown_key},
      {"empty kid", with_header(header_of("RS256", "")), unknown_key},
      {"kid of other case", with_header(header_of("RS256", "RSA")), unknown_key},
      {"kid a path", with_header(header_of("RS256", "../../dev/null")), unknown_key},
      {"kid an injection", with_header(header_of("RS256", "x' OR 1=1 --")), unknown_key},
      {"kid with NUL", with_header(R"({"alg":"RS256","kid":"rsa\u0000"})"), unknown_key},
      {"kid left out, several keys fit", with_header(R"({"alg":"RS512"})"), unknown_key},
      {"key for encryption", other_rs256(header_of("RS256", "encryption")), unknown_key},
      {"key that may only sign", other_rs256(header_of("RS256", "signs-only")), unknown_key},
      {"key for RSA-OAEP", other_rs256(header_of("RS256", "oaep")), unknown_key},
      {"RSA key of 1024 bits",
       testing::token(keys().small_rsa, "RS256", header_of("RS256", "small"), good_payload()), unknown_key},
      {"key bound to another algorithm", other_rs256(header_of("RS256", "only-rs512")), unsuitable_key},
      {"RSA key, EC algorithm", with_header(header_of("ES256", "rsa")), unsuitable_key},
      {"EC key, RSA algorithm", with_header(header_of("RS256", "p256")), unsuitable_key},
      {"ES256 with P-384", testing::token(keys().p384, "ES256", header_of("ES256", "p384"), good_payload()),
       unsuitable_key},
      {"ES512 with P-256", testing::token(keys().p256, "ES512", header_of("ES512", "p256"), good_payload()),
       unsuitable_key},

      // Signature.
      {"no signature", changed([](Parts& p) { p.signature.clear(); }), bad_signature},
      {"changed signature", changed([](Parts& p) { p.signature[10] = p.signature[10] == 'A' ? 'B' : 'A'; }),
       bad_signature},
      {"short signature", changed([](Parts& p) { p.signature.resize(p.signature.size() / 2 / 4 * 4); }),
       bad_signature},
      {"long signature", changed([](Parts& p) { p.signature = base64url_encode(std::string(512, 'x')); }),
       bad_signature},
      {"zero signature", changed([](Parts& p) { p.signature = base64url_encode(std::string(256, '\0')); }),
       bad_signature},
      {"payload of another token",
       changed([](Parts& p) { p.payload = base64url_encode(R"({"sub":"eve"})"); }), bad_signature},
      {"header of another token",
       changed([](Parts& p) { p.header = base64url_encode(header_of("RS384", "rsa")); }), bad_signature},
      {"payload and signature swapped", changed([](Parts& p) { std::swap(p.payload, p.signature); }),
       bad_signature},
      {"header and payload swapped", changed([](Parts& p) { std::swap(p.payload, p.header); }),
       unsupported_algorithm},
      {"signed by another key", other_rs256(good_header), bad_signature},
      {"RS256 signature called PS256",
       testing::token(keys().rsa, "RS256", header_of("PS256", "rsa"), good_payload()), bad_signature},
      {"PS256 signature called RS256", testing::token(keys().rsa, "PS256", good_header, good_payload()),
       bad_signature},
      {"ES256 signature of zeros",
       base64url_encode(header_of("ES256", "p256")) + '.' + base64url_encode(good_payload()) + '.' +
           base64url_encode(std::string(64, '\0')),
       bad_signature},
      {"ES256 signature one byte short",
       base64url_encode(header_of("ES256", "p256")) + '.' + base64url_encode(good_payload()) + '.' +
           base64url_encode(std::string(63, '\1')),
       bad_signature},

      // Payload.
      {"empty payload", rs256(good_header, ""), malformed},
      {"payload not JSON", rs256(good_header, "hello"), malformed},
      {"payload a string", rs256(good_header, "\"sub\""), malformed},
      {"payload an array", rs256(good_header, "[]"), malformed},
      {"payload cut off", rs256(good_header, good_payload().substr(0, 40)), malformed},
      {"sub twice", with_raw_claim("sub", R"("eve","sub":"ada")"), malformed},
      {"role object twice", with_raw_claim("realm_access", R"({"roles":[],"roles":["admin"]})"), malformed},
      {"exp 1e400", with_raw_claim("exp", "1e400"), malformed},
      {"broken UTF-8", with_raw_claim("preferred_username", "\"\xc0\xaf\""), malformed},
      {"lone surrogate", with_raw_claim("preferred_username", R"("\ud800")"), malformed},
      {"raw control character", with_raw_claim("preferred_username", "\"a\nb\""), malformed},

      // Type.
      {"ID token", with_claim("typ", "ID"), wrong_type},
      {"refresh token", with_claim("typ", "Refresh"), wrong_type},
      {"offline token", with_claim("typ", "Offline"), wrong_type},
      {"logout token", with_claim("typ", "Logout"), wrong_type},
      {"type of other case", with_claim("typ", "bearer"), wrong_type},
      {"type a number", with_claim("typ", 1), wrong_type},
      {"type a list", with_claim("typ", {"Bearer"}), wrong_type},
      {"no type", with_claim("typ", nullptr), wrong_type},
      {"logout token by header", with_header(R"({"alg":"RS256","kid":"rsa","typ":"logout+jwt"})"),
       wrong_type},
      {"ID token marked at+jwt",
       testing::token(keys().rsa, "RS256", R"({"alg":"RS256","kid":"rsa","typ":"at+jwt"})",
                      [] {
                        auto claims = good_claims();
                        claims["typ"] = "ID";
                        return json::serialize(claims);
                      }()),
       wrong_type},

      // Claims.
      {"no iss", with_claim("iss", nullptr), missing_claim},
      {"iss of another", with_claim("iss", "https://evil.example"), wrong_issuer},
      {"iss with a slash", with_text("iss", std::string(issuer) + "/"), wrong_issuer},
      {"iss of other case", with_claim("iss", "https://ID.example/realms/chat"), wrong_issuer},
      {"iss a list", with_claim("iss", {issuer}), bad_claim},
      {"no sub", with_claim("sub", nullptr), missing_claim},
      {"sub null", with_raw_claim("sub", "null"), bad_claim},
      {"sub empty", with_claim("sub", ""), bad_claim},
      {"sub a number", with_claim("sub", 7), bad_claim},
      {"sub a list", with_claim("sub", {"ada"}), bad_claim},
      {"sub with NUL", with_raw_claim("sub", nul_escape), bad_claim},
      {"sub with a newline", with_claim("sub", "a\nb"), bad_claim},
      {"sub with DEL", with_claim("sub", "a\x7f"), bad_claim},
      {"sub with a C1 control", with_claim("sub", "a\xc2\x85"), bad_claim},
      {"sub of 256 bytes", with_text("sub", std::string(256, 'a')), bad_claim},
      {"no name", with_claim("preferred_username", nullptr), missing_claim},
      {"name empty", with_claim("preferred_username", ""), bad_claim},
      {"name a number", with_claim("preferred_username", 1), bad_claim},
      {"name true", with_claim("preferred_username", true), bad_claim},
      {"name with NUL", with_raw_claim("preferred_username", nul_escape), bad_claim},
      {"no azp", with_claim("azp", nullptr), missing_claim},
      {"azp empty", with_claim("azp", ""), bad_claim},
      {"azp a list", with_claim("azp", {"ChatClient"}), bad_claim},
      {"azp with NUL", with_raw_claim("azp", R"("ChatClient\u0000")"), bad_claim},
      {"sid a number", with_claim("sid", 1), bad_claim},
      {"realm_access a list", with_claim("realm_access", {"admin"}), bad_claim},
      {"realm_access null", with_raw_claim("realm_access", "null"), bad_claim},
      {"roles a string", with_raw_claim("realm_access", R"({"roles":"admin"})"), bad_claim},
      {"roles of numbers", with_raw_claim("realm_access", R"({"roles":["user",1]})"), bad_claim},
      {"no exp", with_claim("exp", nullptr), missing_claim},
      {"exp null", with_raw_claim("exp", "null"), bad_claim},
      {"exp a string", with_text("exp", std::to_string(now_seconds + 300)), bad_claim},
      {"exp negative", with_claim("exp", -1), bad_claim},
      {"exp true", with_claim("exp", true), bad_claim},
      {"exp beyond the year 9999", with_claim("exp", 253402300800), bad_claim},
      {"exp 1e300", with_raw_claim("exp", "1e300"), bad_claim},
      {"exp of 2^63", with_raw_claim("exp", "9223372036854775808"), bad_claim},
      {"exp zero", with_claim("exp", 0), expired},
      {"nbf a string", with_claim("nbf", "0"), bad_claim},
      {"nbf far away", with_claim("nbf", now_seconds + 3600), not_yet_valid},
      {"iat a string", with_claim("iat", "0"), bad_claim},
      {"iat an object", with_raw_claim("iat", "{}"), bad_claim},
  };
  EXPECT_GE(cases.size(), 60U);
  for (const auto& [what, token, error] : cases) {
    const auto claims = verify(token, key_set(), policy(), now);
    ASSERT_FALSE(claims) << what;
    EXPECT_EQ(claims.error(), error) << what << ": " << name(claims.error());
  }
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
  EXPECT_TRUE(with(testing::jwks({testing::jwk(keys().rsa, {})})));
  EXPECT_TRUE(with(testing::jwks({testing::jwk(keys().p256, {}), testing::jwk(keys().rsa, {{"kid", "a"}})})));
  EXPECT_EQ(with(testing::jwks({testing::jwk(keys().rsa, {}), testing::jwk(keys().other_rsa, {})})).error(),
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
