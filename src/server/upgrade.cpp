#include "server/upgrade.hpp"

#include <string>
#include <utility>
#include <vector>

#include "server/ban_text.hpp"
#include "server/fresh_keys.hpp"
#include "server/number.hpp"
#include "websocket/handshake.hpp"

namespace chatserver::server {
namespace {

constexpr std::string_view subprotocol = "bearer";

struct PlacedToken {
  std::string token;
  TokenPlace place = TokenPlace::url;
  bool as_subprotocol = false;
};

Response upgrade_required(std::string_view detail) {
  Response response = problem(426, detail);
  response.headers.emplace_back("Upgrade", "websocket");
  response.headers.emplace_back("Sec-WebSocket-Version", "13");
  return response;
}

// Without HEAD: no answer to a GET without an upgrade is of interest.
Response allowed_methods(Response response) {
  response.headers.emplace_back("Allow", "GET, OPTIONS");
  return response;
}

// What is answered to a request that cannot become a WebSocket.
std::optional<Response> check_handshake(const Request& request) {
  if (request.method == "OPTIONS") return allowed_methods({.status = 204, .content_type = {}, .body = {}});
  if (request.method != "GET") return allowed_methods(problem(405, "/ws is opened with GET"));
  if (!request.header_has_token("upgrade", "websocket") ||
      !request.header_has_token("connection", "upgrade")) {
    return upgrade_required("/ws is a WebSocket: ask for an upgrade");
  }
  if (request.header("sec-websocket-version") != "13") {
    return upgrade_required("WebSocket version 13 is spoken here");
  }
  const auto key = request.header("sec-websocket-key");
  if (request.headers.count("sec-websocket-key") != 1 || !websocket::valid_key(*key)) {
    return problem(400, "Sec-WebSocket-Key must be 16 bytes in base64");
  }
  return std::nullopt;
}

// `bearer, <token>` (added to the protocol so that a browser need not put it into the URL).
// Whatever stands behind `bearer` counts: with two tokens it is not for us to choose.
std::vector<std::string> subprotocol_tokens(const Request& request) {
  std::vector<std::string> offered;
  const auto [begin, end] = request.headers.equal_range("sec-websocket-protocol");
  for (auto it = begin; it != end; ++it) {
    std::string_view list = it->second;
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      std::string_view item = list.substr(0, comma);
      while (item.starts_with(' ') || item.starts_with('\t')) item.remove_prefix(1);
      while (item.ends_with(' ') || item.ends_with('\t')) item.remove_suffix(1);
      offered.emplace_back(item);
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  if (offered.empty() || offered[0] != subprotocol) return {};
  offered.erase(offered.begin());
  return offered;
}

std::expected<PlacedToken, Response> find_token(const Request& request) {
  std::vector<PlacedToken> found;
  for (const auto& [name, value] : request.query) {
    if (name == "token") found.push_back({value, TokenPlace::url, false});
  }
  const auto [begin, end] = request.headers.equal_range("authorization");
  for (auto it = begin; it != end; ++it) {
    const std::string_view value = it->second;
    const bool bearer = value.size() > 7 && (value.starts_with("Bearer ") || value.starts_with("bearer "));
    if (!bearer) return std::unexpected(invalid_token("Authorization is not a bearer token"));
    found.push_back({std::string(value.substr(7)), TokenPlace::header, false});
  }
  for (auto& token : subprotocol_tokens(request))
    found.push_back({std::move(token), TokenPlace::header, true});
  if (found.empty()) return std::unexpected(invalid_token("a token is needed"));
  // RFC 6750 §2: a client must not use more than one way at once.
  if (found.size() > 1) return std::unexpected(problem(400, "there must be one token"));
  return std::move(found.front());
}

std::expected<std::optional<CacheId>, Response> parse_since(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto value = parse_number(*text);
  if (!value || *value < 0 || request.query_count(name) > 1) {
    return std::unexpected(problem(400, std::string(name) + " must be one non-negative number"));
  }
  return CacheId(*value);
}

Response refusal_response(const AuthRefusal& refusal) {
  if (refusal.status == 503) return problem_retry(503, refusal.detail);
  if (refusal.status == 403) return problem(403, refusal.detail);
  return invalid_token(refusal.detail);
}

}  // namespace

Task<std::expected<Upgrade, Response>> decide_upgrade(const Request& request, Services& services,
                                                      Executor executor) {
  if (services.draining) co_return std::unexpected(problem_retry(503, "the server is going away"));
  if (auto refused = check_handshake(request)) co_return std::unexpected(*std::move(refused));
  auto token = find_token(request);
  if (!token) co_return std::unexpected(std::move(token.error()));
  auto since = parse_since(request, "since");
  if (!since) co_return std::unexpected(std::move(since.error()));
  auto private_since = parse_since(request, "private_since");
  if (!private_since) co_return std::unexpected(std::move(private_since.error()));

  const auto check = [&] { return services.authenticator.admit(token->token); };
  auto admitted = co_await with_fresh_keys(check, services.authenticator, executor);
  if (!admitted) co_return std::unexpected(refusal_response(admitted.error()));
  if (const auto ban = services.chat.ban_of(admitted->claims.subject)) {
    co_return std::unexpected(problem(403, ban_text(*ban)));
  }
  auto ticket = services.admission.enter(request.client, services.clock.monotonic());
  if (!ticket) co_return std::unexpected(problem_retry(429, ticket.error()));

  const std::string accept = websocket::accept_key(*request.header("sec-websocket-key"));
  co_return Upgrade{.admitted = *std::move(admitted),
                    .token_place = token->place,
                    .since = *since,
                    .private_since = *private_since,
                    .response = switching_protocols(accept, token->as_subprotocol ? subprotocol : ""),
                    .ticket = *std::move(ticket)};
}

}  // namespace chatserver::server
