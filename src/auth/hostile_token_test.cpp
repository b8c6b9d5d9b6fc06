#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "auth/base64url.hpp"
#include "auth/testing/sample_tokens.hpp"
#include "auth/testing/token_forge.hpp"
#include "auth/verify.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;
using namespace testing;

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

TEST(HostileTokenTest, IsRefusedForItsReason) {
  const std::string nul_escape = R"("a\u0000b")";
  const std::string wide(std::size_t{100} * 1024, 'a');
  const auto other_rs256 = [](std::string_view header) {
    return testing::token(other_rsa_key(), "RS256", header, good_payload());
  };
  const auto attackers_jwk = json::serialize(testing::jwk(other_rsa_key(), {}));

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
      {"JWE header on three parts", with_header(R"({"alg":"RSA-OAEP","enc":"A256GCM","kid":"rsa"})"),
       unsupported_algorithm},
      {"two tokens", good_token() + ',' + good_token(), malformed},
      {"two tokens and a space", good_token() + ' ' + good_token(), malformed},
      {"the scheme before it", "Bearer " + good_token(), malformed},
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
      {"header followed by more", with_header(std::string(good_header) + "{}"), malformed},
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
      {"alg none with a space", unsigned_token("none "), unsupported_algorithm},
      {"alg none, signed", with_header(header_of("none", "rsa")), unsupported_algorithm},
      {"alg rs256", with_header(header_of("rs256", "rsa")), unsupported_algorithm},
      {"alg RS1", with_header(header_of("RS1", "rsa")), unsupported_algorithm},
      {"alg with NUL", with_header(R"({"alg":"RS256\u0000","kid":"rsa"})"), unsupported_algorithm},
      {"alg EdDSA", with_header(header_of("EdDSA", "okp")), unsupported_algorithm},
      {"alg ES256K", with_header(header_of("ES256K", "p256")), unsupported_algorithm},
      {"alg dir", with_header(header_of("dir", "symmetric")), unsupported_algorithm},
      {"HS256 with the public key", hs256(testing::public_pem(rsa_key()), "rsa"), unsupported_algorithm},
      {"HS256 with a key of the set", hs256(symmetric_secret, "symmetric"), unsupported_algorithm},
      {"HS256 with the text of that key", hs256(base64url_encode(symmetric_secret), "symmetric"),
       unsupported_algorithm},
      {"HS256 with the key as it is listed", hs256(json::serialize(testing::jwk(rsa_key(), {})), "rsa"),
       unsupported_algorithm},
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
      {"typ empty", with_header(R"({"alg":"RS256","kid":"rsa","typ":""})"), unsupported_header},

      // Key.
      {"unknown kid", with_header(header_of("RS256", "nobody")), unknown_key},
      {"empty kid", with_header(header_of("RS256", "")), unknown_key},
      {"kid of other case", with_header(header_of("RS256", "RSA")), unknown_key},
      {"kid a path", with_header(header_of("RS256", "../../dev/null")), unknown_key},
      {"kid an injection", with_header(header_of("RS256", "x' OR 1=1 --")), unknown_key},
      {"kid with NUL", with_header(R"({"alg":"RS256","kid":"rsa\u0000"})"), unknown_key},
      {"kid left out, several keys fit", with_header(R"({"alg":"RS512"})"), unknown_key},
      {"kid of the symmetric key", with_header(header_of("RS256", "symmetric")), unknown_key},
      {"kid of an Ed25519 key", with_header(header_of("RS256", "okp")), unknown_key},
      {"kid with a wildcard", with_header(header_of("RS256", "*")), unknown_key},
      {"kid a URL", with_header(header_of("RS256", "https://evil.example/jwks#rsa")), unknown_key},
      {"key for encryption", other_rs256(header_of("RS256", "encryption")), unknown_key},
      {"key that may only sign", other_rs256(header_of("RS256", "signs-only")), unknown_key},
      {"key for RSA-OAEP", other_rs256(header_of("RS256", "oaep")), unknown_key},
      {"RSA key of 1024 bits",
       testing::token(small_rsa_key(), "RS256", header_of("RS256", "small"), good_payload()), unknown_key},
      {"key bound to another algorithm", other_rs256(header_of("RS256", "only-rs512")), unsuitable_key},
      {"RSA key, EC algorithm", with_header(header_of("ES256", "rsa")), unsuitable_key},
      {"signed by the key bound to another algorithm",
       testing::token(other_rsa_key(), "RS512", header_of("RS256", "only-rs512"), good_payload()),
       unsuitable_key},
      {"EC key, RSA algorithm", with_header(header_of("RS256", "p256")), unsuitable_key},
      {"ES256 with P-384", testing::token(p384_key(), "ES256", header_of("ES256", "p384"), good_payload()),
       unsuitable_key},
      {"ES512 with P-256", testing::token(p256_key(), "ES512", header_of("ES512", "p256"), good_payload()),
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
      {"signature of another token", changed([](Parts& p) {
         const auto other = with_claim("sub", "eve");
         p.signature = other.substr(other.rfind('.') + 1);
       }),
       bad_signature},
      {"signature over the payload alone", changed([](Parts& p) {
         p.signature = base64url_encode(testing::signature(rsa_key(), "RS256", p.payload));
       }),
       bad_signature},
      {"signature with a zero in front",
       changed([](Parts& p) { p.signature = base64url_encode('\0' + *base64url_decode(p.signature)); }),
       bad_signature},
      {"RS256 signature called PS256",
       testing::token(rsa_key(), "RS256", header_of("PS256", "rsa"), good_payload()), bad_signature},
      {"PS256 signature called RS256", testing::token(rsa_key(), "PS256", good_header, good_payload()),
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
      {"sub twice, once escaped", with_raw_claim("sub", R"("eve","\u0073ub":"ada")"), malformed},
      {"exp twice", with_raw_claim("exp", R"(1,"exp":4102444800)"), malformed},
      {"iss twice", with_raw_claim("iss", R"("https://evil.example","iss":"https://id.example/realms/chat")"),
       malformed},
      {"an unknown claim twice", with_raw_claim("x", R"(1,"x":1)"), malformed},
      {"role object twice", with_raw_claim("realm_access", R"({"roles":[],"roles":["admin"]})"), malformed},
      {"exp 1e400", with_raw_claim("exp", "1e400"), malformed},
      {"exp NaN", with_raw_claim("exp", "NaN"), malformed},
      {"exp Infinity", with_raw_claim("exp", "Infinity"), malformed},
      {"broken UTF-8", with_raw_claim("preferred_username", "\"\xc0\xaf\""), malformed},
      {"lone surrogate", with_raw_claim("preferred_username", R"("\ud800")"), malformed},
      {"raw control character", with_raw_claim("preferred_username", "\"a\nb\""), malformed},

      // Type.
      {"ID token", with_claim("typ", "ID"), wrong_type},
      {"refresh token", with_claim("typ", "Refresh"), wrong_type},
      {"offline token", with_claim("typ", "Offline"), wrong_type},
      {"logout token", with_claim("typ", "Logout"), wrong_type},
      {"action token", with_claim("typ", "reset-credentials"), wrong_type},
      {"type with a space", with_claim("typ", "Bearer "), wrong_type},
      {"type empty", with_claim("typ", ""), wrong_type},
      {"type of other case", with_claim("typ", "bearer"), wrong_type},
      {"type a number", with_claim("typ", 1), wrong_type},
      {"type a list", with_claim("typ", {"Bearer"}), wrong_type},
      {"no type", with_claim("typ", nullptr), wrong_type},
      {"logout token by header", with_header(R"({"alg":"RS256","kid":"rsa","typ":"logout+jwt"})"),
       wrong_type},
      {"security event by header", with_header(R"({"alg":"RS256","kid":"rsa","typ":"secevent+jwt"})"),
       wrong_type},
      {"proof of possession by header", with_header(R"({"alg":"RS256","kid":"rsa","typ":"dpop+jwt"})"),
       wrong_type},
      {"JWE by header", with_header(R"({"alg":"RS256","kid":"rsa","typ":"JWE"})"), wrong_type},
      {"ID token marked at+jwt",
       testing::token(rsa_key(), "RS256", R"({"alg":"RS256","kid":"rsa","typ":"at+jwt"})",
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
      {"exp a list", with_claim("exp", {now_seconds + 300}), bad_claim},
      {"exp a little negative", with_claim("exp", -0.5), bad_claim},
      {"exp beyond the year 9999", with_claim("exp", 253402300800), bad_claim},
      {"exp 1e300", with_raw_claim("exp", "1e300"), bad_claim},
      {"exp of 2^63", with_raw_claim("exp", "9223372036854775808"), bad_claim},
      {"exp zero", with_claim("exp", 0), expired},
      {"exp the leeway ago", with_claim("exp", now_seconds - 30), expired},
      {"exp the leeway and a second ago", with_claim("exp", now_seconds - 31), expired},
      {"exp the leeway and a fraction ago", with_claim("exp", static_cast<double>(now_seconds) - 30.5),
       expired},
      {"nbf a second beyond the leeway", with_claim("nbf", now_seconds + 31), not_yet_valid},
      {"nbf a fraction beyond the leeway", with_claim("nbf", static_cast<double>(now_seconds) + 30.5),
       not_yet_valid},
      {"nbf negative", with_claim("nbf", -1), bad_claim},
      {"nbf null", with_raw_claim("nbf", "null"), bad_claim},
      {"nbf a string", with_claim("nbf", "0"), bad_claim},
      {"nbf far away", with_claim("nbf", now_seconds + 3600), not_yet_valid},
      {"iat a string", with_claim("iat", "0"), bad_claim},
      {"iat an object", with_raw_claim("iat", "{}"), bad_claim},
  };
  EXPECT_GE(cases.size(), 60U);  // so that none is lost unnoticed
  for (const auto& [what, token, error] : cases) {
    const auto claims = verify(token, key_set(), policy(), now);
    ASSERT_FALSE(claims) << what;
    EXPECT_EQ(claims.error(), error) << what << ": " << name(claims.error());
  }
}

TEST(HostileTokenTest, NoneIsNoAlgorithmInAnySpelling) {
  constexpr std::string_view none = "none";
  for (unsigned upper = 0; upper < 1U << none.size(); ++upper) {
    std::string alg(none);
    for (std::size_t i = 0; i < alg.size(); ++i) {
      if ((upper >> i & 1U) != 0) alg[i] = static_cast<char>(alg[i] - 'a' + 'A');
    }
    for (const auto& token :
         {unsigned_token(alg), unsigned_token(alg) + "AAAA", with_header(header_of(alg, "rsa"))}) {
      const auto claims = verify(token, key_set(), policy(), now);
      ASSERT_FALSE(claims) << alg;
      EXPECT_EQ(claims.error(), TokenError::unsupported_algorithm) << alg;
    }
  }
}

}  // namespace
}  // namespace chatserver::auth
