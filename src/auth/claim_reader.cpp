#include "auth/claim_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <boost/json/array.hpp>

#include "auth/json.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;

// RFC 7519 NumericDate: seconds, perhaps with a fraction; here up to the year 9999.
std::optional<Timestamp> numeric_date(const json::value& value) {
  constexpr std::int64_t seconds_max = 253'402'300'799;
  if (const auto* whole = value.if_int64()) {
    if (*whole < 0 || *whole > seconds_max) return std::nullopt;
    return Timestamp{std::chrono::seconds{*whole}};
  }
  // A uint64 is one that no int64 holds: beyond the range.
  const auto* seconds = value.if_double();
  if (!seconds || *seconds < 0 || *seconds > static_cast<double>(seconds_max)) return std::nullopt;
  return Timestamp{std::chrono::microseconds{std::llround(*seconds * 1e6)}};
}

// Of UTF-8 that is known to be valid: C0, DEL and C1.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

bool overlap(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  return std::ranges::any_of(some,
                             [&](const auto& one) { return std::ranges::find(others, one) != others.end(); });
}

}  // namespace

std::string ClaimReader::text(std::string_view name, Controls controls) {
  if (!payload_.contains(name)) fail(TokenError::missing_claim);
  return optional_text(name, controls);
}

std::string ClaimReader::optional_text(std::string_view name, Controls controls) {
  if (!payload_.contains(name)) return {};
  const auto* value = string_member(payload_, name);
  const bool good = value && !value->empty() && value->find('\0') == json::string::npos &&
                    (controls == Controls::only_nul_refused || !has_control(*value));
  if (!good) {
    fail(TokenError::bad_claim);
    return {};
  }
  return std::string(*value);
}

std::optional<Timestamp> ClaimReader::date(std::string_view name) {
  const auto* value = payload_.if_contains(name);
  if (!value) return std::nullopt;
  const auto date = numeric_date(*value);
  if (!date) fail(TokenError::bad_claim);
  return date;
}

std::vector<std::string> ClaimReader::texts(const json::value* value) {
  const auto good = [](const json::value& element) {
    return element.is_string() && !has_control(element.get_string());
  };
  std::vector<std::string> result;
  if (!value) return result;
  const auto* list = value->if_array();
  if (!list || !std::ranges::all_of(*list, good)) {
    fail(TokenError::bad_claim);
    return result;
  }
  for (const auto& element : *list) result.emplace_back(element.get_string());
  return result;
}

std::vector<std::string> ClaimReader::realm_roles() {
  const auto* access = payload_.if_contains("realm_access");
  if (!access) return {};
  const auto* object = access->if_object();
  if (!object) fail(TokenError::bad_claim);
  return object ? texts(object->if_contains("roles")) : std::vector<std::string>();
}

// One string or an array of them: RFC 7519 section 4.1.3.
std::vector<std::string> ClaimReader::audience() {
  const auto* value = payload_.if_contains("aud");
  if (!value) fail(TokenError::missing_claim);
  if (value && value->is_string()) return {std::string(value->get_string())};
  return texts(value);
}

void ClaimReader::check_parties(const Policy& policy) {
  const auto issuer = text("iss", Controls::only_nul_refused);
  if (!error_ && issuer != policy.issuer) fail(TokenError::wrong_issuer);
  if (error_ || policy.audience.empty()) return;
  const auto audience = this->audience();
  if (!error_ && !overlap(policy.audience, audience)) fail(TokenError::wrong_audience);
}

}  // namespace chatserver::auth
