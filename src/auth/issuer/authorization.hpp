#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/issuer/clients.hpp"
#include "auth/issuer/parameters.hpp"
#include "base/clock.hpp"

namespace chatserver::auth {

// What a client sends along so that it comes back: not without bound.
inline constexpr std::size_t state_bytes_max = 2048;

// OpenID Connect Core, section 3.1.2.1.
enum class Prompt {
  when_needed,
  none,     // answer at once, with an error if somebody would have to do something
  login,    // sign in, although there is a session
  consent,  // ask, although there is a session
};

// An authorization request that is to be answered (RFC 6749 section 4.1.1, RFC 7636).
struct AuthorizationRequest {
  std::string client;
  std::string redirect_uri;
  RedirectMatch redirect_match = RedirectMatch::registered;
  std::string scope;      // what can be granted of it
  std::string state;      // empty: none
  std::string nonce;      // empty: none
  std::string challenge;  // S256
  std::string login_hint;
  Prompt prompt = Prompt::when_needed;
  std::optional<std::chrono::seconds> max_age{};
};

// Why a request is refused to the person's face. Nothing is sent to its redirect
// URI, which may be anybody's.
enum class RequestFault {
  unknown_client,
  foreign_redirect_uri,  // or none
  repeated_parameter,    // client_id or redirect_uri
};

// A sentence for that person.
[[nodiscard]] std::string_view text(RequestFault fault) noexcept;

// The browser goes there: an answer to the client, good or bad.
struct Redirect {
  std::string location;
};

using AuthorizationRefusal = std::variant<RequestFault, Redirect>;

// RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6.
enum class AuthorizationError {
  invalid_request,
  unsupported_response_type,
  invalid_scope,
  access_denied,
  login_required,
  interaction_required,
  request_not_supported,
  request_uri_not_supported,
  temporarily_unavailable,
};
[[nodiscard]] std::string_view code(AuthorizationError error) noexcept;

// Threading: pure. `issuer` goes into the answers (RFC 9207).
[[nodiscard]] std::expected<AuthorizationRequest, AuthorizationRefusal> check_authorization_request(
    const Parameters& parameters, const Clients& clients, std::string_view issuer);

// The request as query parameters again, for a form or link that carries it along.
[[nodiscard]] std::string to_query(const AuthorizationRequest& request);

// Where the client hears of success, and of failure. Threading: pure.
[[nodiscard]] Redirect code_redirect(const AuthorizationRequest& request, std::string_view code,
                                     std::string_view issuer);
[[nodiscard]] Redirect error_redirect(const AuthorizationRequest& request, AuthorizationError error,
                                      std::string_view description, std::string_view issuer);

// What is to happen with a request.
enum class NextStep {
  sign_in,  // show the form
  confirm,  // ask the signed-in person for a click
  answer,   // give the code at once
};

// `authenticated_at`: when the person of the browser's session signed in; none without a session.
// With prompt=none what would need somebody is an error.
[[nodiscard]] std::expected<NextStep, AuthorizationError> next_step(const AuthorizationRequest& request,
                                                                    std::optional<Timestamp> authenticated_at,
                                                                    Timestamp now);

}  // namespace chatserver::auth
