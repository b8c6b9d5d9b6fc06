#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "auth/key_set.hpp"
#include "auth/verify.hpp"
#include "base/clock.hpp"

namespace chatserver::auth::testing {

// One good token, what it is verified with, and variations on it.

inline constexpr std::string_view issuer = "https://id.example/realms/chat";
inline constexpr std::int64_t now_seconds = 1'767'225'600;
inline constexpr Timestamp now{std::chrono::seconds{now_seconds}};
inline constexpr std::string_view symmetric_secret = "0123456789abcdef0123456789abcdef";
inline constexpr std::string_view good_header = R"({"alg":"RS256","typ":"JWT","kid":"rsa"})";

// `issuer`, any audience, 30 s of leeway.
Policy policy();

// What the issuer lists; each key's id is its name here or says what is odd about it.
const KeySet& key_set();

boost::json::object good_claims();
std::string good_payload();
std::string good_token();

// Signed with rsa_key(), whatever header and payload are.
std::string rs256(std::string_view header, std::string_view payload);

std::string header_of(std::string_view alg, std::string_view kid);

// The good token but for its header.
std::string with_header(std::string_view header);

// The good token but for one claim; null removes it.
std::string with_claim(std::string_view name, boost::json::value value);
std::string with_text(std::string_view name, std::string_view text);

// The same, spelt out: for what no serializer would write.
std::string with_raw_claim(std::string_view name, std::string_view text);

}  // namespace chatserver::auth::testing
