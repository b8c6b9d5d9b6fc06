#include <functional>
#include <string>
#include <vector>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <gtest/gtest.h>

#include "auth/testing/sample_tokens.hpp"
#include "auth/testing/token_forge.hpp"
#include "auth/verify.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;
using namespace testing;
using enum TokenError;

constexpr std::size_t huge_bytes = std::size_t{100} * 1024;

// A place in a token where a text can stand. `token` puts a text there; in a
// JSON text as it stands, else as a byte of the token or of what it encodes.
struct Place {
  std::string what;
  std::function<std::string(const std::string&)> token;
  TokenError error;  // of a text that is not what belongs there
};

// The payload as good as can be but for a claim, before its escapes were made.
std::function<std::string(const std::string&)> claim(std::string_view name, std::string_view before = "\"",
                                                     std::string_view after = "\"") {
  return [=](const std::string& text) {
    return with_raw_claim(name, std::string(before) + text + std::string(after));
  };
}

std::function<std::string(const std::string&)> header(std::string_view before) {
  return [=](const std::string& text) { return with_header(std::string(before) + text + "\"}"); };
}

const std::vector<Place>& texts_in_json() {
  static const std::vector<Place> places{
      {"alg", header(R"({"kid":"rsa","alg":"RS256)"), unsupported_algorithm},
      {"kid", header(R"({"alg":"RS256","kid":"rsa)"), unknown_key},
      {"header typ", header(R"({"alg":"RS256","kid":"rsa","typ":"JWT)"), wrong_type},
      {"iss", claim("iss", R"("https://id.example/realms/chat)"), wrong_issuer},
      {"sub", claim("sub", "\"ada"), bad_claim},
      {"typ", claim("typ", "\"Bearer"), wrong_type},
      {"azp", claim("azp", "\"ChatClient"), bad_claim},
      {"sid", claim("sid", "\"1"), bad_claim},
      {"role", claim("realm_access", R"({"roles":["admin)", "\"]}"), bad_claim},
      {"exp", claim("exp", "\"4102444800"), bad_claim},
      {"iat", claim("iat", "\"0"), bad_claim},
  };
  return places;
}

void expect_refused(const std::string& what, const std::string& token, TokenError error) {
  const auto claims = verify(token, key_set(), policy(), now);
  ASSERT_FALSE(claims) << what;
  EXPECT_EQ(claims.error(), error) << what << ": " << name(claims.error());
}

TEST(HostilePlacesTest, EscapedControlCharactersAreRefusedInEachText) {
  for (const auto& [what, token, error] : texts_in_json()) {
    for (const auto* text : {R"(\u0001)", R"(\n)", R"(\u001b[2J)", R"(\u007f)", R"(\u0085)"}) {
      expect_refused(what + " with " + text, token(text), error);
    }
    EXPECT_FALSE(verify(token(R"(\u0000)"), key_set(), policy(), now)) << what << " with NUL";
  }
  // Other control characters in a name are the protocol's to refuse, with a 403.
  expect_refused("name with NUL", claim("preferred_username", "\"ada")(R"(\u0000)"), bad_claim);
}

TEST(HostilePlacesTest, RawControlCharactersAreRefusedInEachText) {
  for (const auto& [what, token, error] : texts_in_json()) {
    for (const char raw : {'\0', '\x01', '\t', '\n', '\r', '\x1f'}) {
      expect_refused(what + " with " + std::to_string(raw), token({raw}), malformed);
    }
  }
}

TEST(HostilePlacesTest, ControlCharactersAreRefusedAroundAndInEachPart) {
  const auto good = good_token();
  const auto first = good.find('.');
  const auto second = good.rfind('.');
  for (const std::size_t at : {std::size_t{0}, first / 2, first, first + 1, (first + second) / 2, second,
                               second + 1, (second + good.size()) / 2, good.size()}) {
    for (const char raw : {'\0', '\x01', '\t', '\n', '\r', ' ', '\x7f', '\x85'}) {
      auto token = good;
      token.insert(at, 1, raw);
      expect_refused(std::to_string(raw) + " at " + std::to_string(at), token, malformed);
    }
  }
}

TEST(HostilePlacesTest, HundredKibibytesAreRefusedInEachPlace) {
  const std::string huge(huge_bytes, 'A');
  for (const auto& [what, token, error] : texts_in_json()) expect_refused(what, token(huge), too_large);
  for (const auto& [what, token] : std::vector<std::pair<std::string, std::string>>{
           {"name", claim("preferred_username")(huge)},
           {"aud", claim("aud")(huge)},
           {"an unknown claim", claim("x")(huge)},
           {"a claim's name", with_claim(huge, 1)},
           {"an unknown header", header(R"({"alg":"RS256","kid":"rsa","x":")")(huge)},
           {"space in the header",
            rs256(R"({"alg":"RS256",)" + std::string(huge_bytes, ' ') + R"("kid":"rsa"})", good_payload())},
           {"digits of exp", claim("exp", "1", ".0")(std::string(huge_bytes, '0'))},
           {"nesting",
            claim("x", "", "")(std::string(huge_bytes / 2, '[') + std::string(huge_bytes / 2, ']'))},
           {"roles", claim("realm_access", R"({"roles":[)", R"("admin"]})")([] {
              std::string many;
              while (many.size() < huge_bytes) many += "\"user\",";
              return many;
            }())},
           {"the header's part", huge + good_token()},
           {"the signature's part", good_token() + huge},
           {"dots", std::string(huge_bytes, '.')},
       }) {
    expect_refused(what, token, too_large);
  }
}

// What a place may hold, so that the refusals above are due to what was added.
TEST(HostilePlacesTest, EachPlaceIsGoodWithoutTheAddition) {
  for (const auto& [what, token, error] : texts_in_json()) {
    if (what == "exp" || what == "iat") continue;  // a text never belongs there
    const auto claims = verify(token(""), key_set(), policy(), now);
    EXPECT_TRUE(claims) << what << ": " << name(claims.error());
  }
}

}  // namespace
}  // namespace chatserver::auth
