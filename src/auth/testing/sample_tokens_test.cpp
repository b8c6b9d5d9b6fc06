#include "auth/testing/sample_tokens.hpp"

#include <utility>

#include <boost/json/serialize.hpp>

#include "auth/base64url.hpp"
#include "auth/testing/token_forge.hpp"
#include "base/check.hpp"

namespace chatserver::auth::testing {

namespace json = boost::json;
using namespace std::chrono_literals;

Policy policy() {
  return {.issuer = std::string(issuer), .audience = {}, .leeway = 30s};
}

const KeySet& key_set() {
  static const KeySet set = [] {
    const auto json_text = jwks({
        jwk(rsa_key(), {{"kid", "rsa"}, {"use", "sig"}}),
        jwk(other_rsa_key(), {{"kid", "only-rs512"}, {"alg", "RS512"}}),
        jwk(other_rsa_key(), {{"kid", "encryption"}, {"use", "enc"}}),
        jwk(other_rsa_key(), {{"kid", "signs-only"}, {"key_ops", {"sign"}}}),
        jwk(other_rsa_key(), {{"kid", "oaep"}, {"alg", "RSA-OAEP"}}),
        jwk(small_rsa_key(), {{"kid", "small"}}),
        jwk(p256_key(), {{"kid", "p256"}}),
        jwk(p384_key(), {{"kid", "p384"}}),
        jwk(p521_key(), {{"kid", "p521"}, {"key_ops", {"verify"}}}),
        {{"kty", "oct"}, {"kid", "symmetric"}, {"k", base64url_encode(symmetric_secret)}},
        {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "okp"}, {"x", base64url_encode(std::string(32, 'x'))}},
    });
    auto parsed = KeySet::parse(json_text);
    check(parsed.has_value(), "the sample is a key set");
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
  return token(rsa_key(), "RS256", header, payload);
}

std::string good_payload() {
  return json::serialize(good_claims());
}
std::string good_token() {
  return rs256(good_header, good_payload());
}

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

}  // namespace chatserver::auth::testing
