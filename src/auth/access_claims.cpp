#include "auth/access_claims.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

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

enum class Controls { only_nul_refused, refused };

// Of UTF-8 that is known to be valid: C0, DEL and C1.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

// Reads the claims of one payload; remembers the first thing that is wrong.
class ClaimReader {
 public:
  explicit ClaimReader(const json::object& payload) : payload_(payload) {}

  [[nodiscard]] std::optional<TokenError> error() const noexcept { return error_; }

  std::string text(std::string_view name, Controls controls) {
    if (!payload_.contains(name)) fail(TokenError::missing_claim);
    return optional_text(name, controls);
  }

  std::string optional_text(std::string_view name, Controls controls) {
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

  std::optional<Timestamp> date(std::string_view name) {
    const auto* value = payload_.if_contains(name);
    if (!value) return std::nullopt;
    const auto date = numeric_date(*value);
    if (!date) fail(TokenError::bad_claim);
    return date;
  }

  // An array of strings without control characters; absent: empty.
  std::vector<std::string> texts(const json::value* value) {
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

  std::vector<std::string> realm_roles() {
    const auto* access = payload_.if_contains("realm_access");
    if (!access) return {};
    const auto* object = access->if_object();
    if (!object) fail(TokenError::bad_claim);
    return object ? texts(object->if_contains("roles")) : std::vector<std::string>();
  }

  // One string or an array of them: RFC 7519 section 4.1.3.
  std::vector<std::string> audience() {
    const auto* value = payload_.if_contains("aud");
    if (!value) fail(TokenError::missing_claim);
    if (value && value->is_string()) return {std::string(value->get_string())};
    return texts(value);
  }

  void fail(TokenError error) noexcept {
    if (!error_) error_ = error;
  }

 private:
  const json::object& payload_;
  std::optional<TokenError> error_;
};

// Keycloak says `typ` in the payload: Bearer, ID, Refresh, Offline, Logout ….
// RFC 9068 says it in the header alone. A token that says neither could be
// anything, an ID token of another issuer's making for one.
bool is_access_token(const json::object& payload, std::string_view header_type) {
  const bool marked_in_header = header_type == "at+jwt";
  if (!header_type.empty() && header_type != "jwt" && !marked_in_header) return false;
  if (!payload.contains("typ")) return marked_in_header;
  const auto* type = string_member(payload, "typ");
  return type && *type == "Bearer";
}

bool overlap(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  return std::ranges::any_of(some,
                             [&](const auto& one) { return std::ranges::find(others, one) != others.end(); });
}

}  // namespace

std::expected<Claims, TokenError> read_access_claims(std::string_view payload, std::string_view header_type,
                                                     const Policy& policy, Timestamp now) {
  const auto object = parse_json_object(payload);
  if (!object) return std::unexpected(TokenError::malformed);
  if (!is_access_token(*object, header_type)) return std::unexpected(TokenError::wrong_type);

  ClaimReader reader(*object);
  const auto issuer = reader.text("iss", Controls::only_nul_refused);
  if (!reader.error() && issuer != policy.issuer) return std::unexpected(TokenError::wrong_issuer);
  if (!policy.audience.empty()) {
    const auto audience = reader.audience();
    if (!reader.error() && !overlap(policy.audience, audience)) reader.fail(TokenError::wrong_audience);
  }

  Claims claims;
  claims.subject = UserId(reader.text("sub", Controls::refused));
  if (claims.subject.value().size() > subject_bytes_max) reader.fail(TokenError::bad_claim);
  claims.username = reader.text("preferred_username", Controls::only_nul_refused);
  claims.authorized_party = reader.text("azp", Controls::refused);
  claims.session_id = reader.optional_text("sid", Controls::refused);
  claims.roles = reader.realm_roles();
  claims.issued_at = reader.date("iat");
  const auto not_before = reader.date("nbf");
  const auto expires_at = reader.date("exp");
  if (!expires_at) reader.fail(TokenError::missing_claim);
  if (reader.error()) return std::unexpected(*reader.error());

  claims.expires_at = *expires_at;
  if (now >= claims.expires_at + policy.leeway) return std::unexpected(TokenError::expired);
  if (not_before && now + policy.leeway < *not_before) return std::unexpected(TokenError::not_yet_valid);
  return claims;
}

}  // namespace chatserver::auth
