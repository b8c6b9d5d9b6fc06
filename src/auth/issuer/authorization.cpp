#include "auth/issuer/authorization.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "auth/base64url.hpp"
#include "auth/issuer/query.hpp"
#include "auth/issuer/scope.hpp"
#include "auth/issuer/secret.hpp"

namespace chatserver::auth {
namespace {

constexpr std::size_t nonce_bytes_max = 512;

constexpr std::array<std::string_view, 14> known_parameters{
    "client_id",  "redirect_uri", "response_type", "response_mode",         "scope",
    "state",      "nonce",        "prompt",        "code_challenge_method", "max_age",
    "login_hint", "request",      "request_uri",   "code_challenge"};

// What goes back to the client.
struct Refusal {
  AuthorizationError error;
  std::string_view description;
};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// "none" stands alone; to choose an account is to sign in.
std::optional<Prompt> parse_prompt(std::string_view text) {
  if (text == "none") return Prompt::none;
  if (has_scope(text, "none")) return std::nullopt;
  if (has_scope(text, "login") || has_scope(text, "select_account")) return Prompt::login;
  return has_scope(text, "consent") ? Prompt::consent : Prompt::when_needed;
}

std::optional<std::chrono::seconds> parse_max_age(std::string_view text) {
  std::uint32_t seconds = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || stopped != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::optional<Refusal> check_response(const Parameters& parameters) {
  using enum AuthorizationError;
  for (const std::string_view name : known_parameters) {
    if (parameters.repeats(name)) return Refusal{invalid_request, "a parameter is repeated"};
  }
  if (parameters.find("request")) return Refusal{request_not_supported, "request objects are not supported"};
  if (parameters.find("request_uri")) {
    return Refusal{request_uri_not_supported, "request objects are not supported"};
  }
  const auto type = parameters.find("response_type");
  if (!type) return Refusal{invalid_request, "response_type is missing"};
  if (*type != "code") return Refusal{unsupported_response_type, "response_type must be code"};
  if (parameters.find("response_mode").value_or("query") != "query") {
    return Refusal{invalid_request, "response_mode must be query"};
  }
  return std::nullopt;
}

// RFC 7636: without a method it would be `plain`, which protects nothing.
std::optional<Refusal> take_challenge(const Parameters& parameters, AuthorizationRequest& request) {
  using enum AuthorizationError;
  const auto challenge = parameters.find("code_challenge");
  if (!challenge) return Refusal{invalid_request, "code_challenge is missing (PKCE)"};
  if (parameters.find("code_challenge_method") != "S256") {
    return Refusal{invalid_request, "code_challenge_method must be S256"};
  }
  const auto digest = base64url_decode(*challenge);
  if (!digest || digest->size() != sha256_bytes) {
    return Refusal{invalid_request, "code_challenge is not one of S256"};
  }
  request.challenge = *challenge;
  return std::nullopt;
}

std::optional<Refusal> take_wishes(const Parameters& parameters, AuthorizationRequest& request) {
  using enum AuthorizationError;
  auto scope = grantable_scope(parameters.text("scope"));
  if (!scope) return Refusal{invalid_scope, "scope holds forbidden characters"};
  request.scope = *std::move(scope);
  request.nonce = parameters.text("nonce");
  if (request.nonce.size() > nonce_bytes_max || std::ranges::any_of(request.nonce, is_control)) {
    return Refusal{invalid_request, "nonce is too long or holds control characters"};
  }
  const auto prompt = parse_prompt(parameters.text("prompt"));
  if (!prompt) return Refusal{invalid_request, "prompt=none stands alone"};
  request.prompt = *prompt;
  if (const auto text = parameters.find("max_age")) {
    request.max_age = parse_max_age(*text);
    if (!request.max_age) return Refusal{invalid_request, "max_age is not a number of seconds"};
  }
  request.login_hint = parameters.text("login_hint");
  return std::nullopt;
}

Redirect redirect_with(const AuthorizationRequest& request, std::string_view issuer) {
  Redirect redirect{request.redirect_uri};
  append_parameter(redirect.location, "iss", issuer);
  append_parameter(redirect.location, "state", request.state);
  return redirect;
}

std::string_view text(Prompt prompt) {
  switch (prompt) {
    case Prompt::when_needed:
      break;
    case Prompt::none:
      return "none";
    case Prompt::login:
      return "login";
    case Prompt::consent:
      return "consent";
  }
  return "";
}

}  // namespace

std::string_view text(RequestFault fault) noexcept {
  switch (fault) {
    case RequestFault::unknown_client:
      return "The application that sent you here is not known to this server.";
    case RequestFault::foreign_redirect_uri:
      return "The application that sent you here wants the answer at an address that is not its own.";
    case RequestFault::repeated_parameter:
      break;
  }
  return "The application that sent you here asked in a way that can be understood in two.";
}

std::string_view code(AuthorizationError error) noexcept {
  switch (error) {
    case AuthorizationError::invalid_request:
      return "invalid_request";
    case AuthorizationError::unsupported_response_type:
      return "unsupported_response_type";
    case AuthorizationError::invalid_scope:
      return "invalid_scope";
    case AuthorizationError::access_denied:
      return "access_denied";
    case AuthorizationError::login_required:
      return "login_required";
    case AuthorizationError::interaction_required:
      return "interaction_required";
    case AuthorizationError::request_not_supported:
      return "request_not_supported";
    case AuthorizationError::request_uri_not_supported:
      return "request_uri_not_supported";
    case AuthorizationError::temporarily_unavailable:
      break;
  }
  return "temporarily_unavailable";
}

std::expected<AuthorizationRequest, AuthorizationRefusal> check_authorization_request(
    const Parameters& parameters, const Clients& clients, std::string_view issuer) {
  if (parameters.repeats("client_id") || parameters.repeats("redirect_uri")) {
    return std::unexpected(RequestFault::repeated_parameter);
  }
  AuthorizationRequest request{.client = parameters.text("client_id"),
                               .redirect_uri = parameters.text("redirect_uri"),
                               .scope = {},
                               .state = {},
                               .nonce = {},
                               .challenge = {},
                               .login_hint = {}};
  const Client* client = clients.find(request.client);
  if (!client) return std::unexpected(RequestFault::unknown_client);
  request.redirect_match = match_redirect(*client, request.redirect_uri);
  if (request.redirect_match == RedirectMatch::foreign) {
    return std::unexpected(RequestFault::foreign_redirect_uri);
  }

  // From here on the client can be told.
  const auto refuse = [&](const Refusal& refusal) {
    return std::unexpected(error_redirect(request, refusal.error, refusal.description, issuer));
  };
  const auto state = parameters.find("state").value_or("");
  if (state.size() > state_bytes_max) {
    return refuse({AuthorizationError::invalid_request, "state is too long"});
  }
  if (!parameters.repeats("state")) request.state = state;
  if (const auto refusal = check_response(parameters)) return refuse(*refusal);
  if (const auto refusal = take_challenge(parameters, request)) return refuse(*refusal);
  if (const auto refusal = take_wishes(parameters, request)) return refuse(*refusal);
  return request;
}

std::string to_query(const AuthorizationRequest& request) {
  std::string query;
  append_parameter(query, "client_id", request.client);
  append_parameter(query, "redirect_uri", request.redirect_uri);
  append_parameter(query, "response_type", "code");
  append_parameter(query, "scope", request.scope);
  append_parameter(query, "state", request.state);
  append_parameter(query, "nonce", request.nonce);
  append_parameter(query, "code_challenge", request.challenge);
  append_parameter(query, "code_challenge_method", "S256");
  append_parameter(query, "prompt", text(request.prompt));
  if (request.max_age) append_parameter(query, "max_age", std::to_string(request.max_age->count()));
  append_parameter(query, "login_hint", request.login_hint);
  return query;
}

Redirect code_redirect(const AuthorizationRequest& request, std::string_view code, std::string_view issuer) {
  Redirect redirect = redirect_with(request, issuer);
  append_parameter(redirect.location, "code", code);
  return redirect;
}

Redirect error_redirect(const AuthorizationRequest& request, AuthorizationError error,
                        std::string_view description, std::string_view issuer) {
  Redirect redirect = redirect_with(request, issuer);
  append_parameter(redirect.location, "error", code(error));
  append_parameter(redirect.location, "error_description", description);
  return redirect;
}

std::expected<NextStep, AuthorizationError> next_step(const AuthorizationRequest& request,
                                                      std::optional<Timestamp> authenticated_at,
                                                      Timestamp now) {
  const bool too_long_ago = authenticated_at && request.max_age && now - *authenticated_at > *request.max_age;
  if (!authenticated_at || too_long_ago || request.prompt == Prompt::login) {
    if (request.prompt == Prompt::none) return std::unexpected(AuthorizationError::login_required);
    return NextStep::sign_in;
  }
  if (request.redirect_match == RedirectMatch::loopback || request.prompt == Prompt::consent) {
    if (request.prompt == Prompt::none) return std::unexpected(AuthorizationError::interaction_required);
    return NextStep::confirm;
  }
  return NextStep::answer;
}

}  // namespace chatserver::auth
