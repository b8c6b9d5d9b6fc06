#pragma once

#include <functional>
#include <string>
#include <vector>

#include "auth/issuer/provider.hpp"
#include "auth/seen_tokens.hpp"
#include "base/async/blocking_pool.hpp"
#include "chat/outside_logouts.hpp"
#include "server/router.hpp"

namespace chatserver::server {

struct FrontDoor;

// The route table, one function and one file a part of the API. Everything
// passed by reference outlives the router.

// What a client needs to know before it can sign in; texts are fixed at start.
struct Discovery {
  std::string auth_url;  // no scheme, as the desktop client expects it; so the next two
  std::string token_url;
  std::string health_url;
  std::string chat_client;
  std::string chat_url;
  std::string server_id;
  std::string server_name;
  std::string issuer;
};
[[nodiscard]] std::vector<Route> discovery_routes(const Discovery& discovery);

// The embedded issuer's documents: discovery, and the keys of the moment.
[[nodiscard]] std::vector<Route> issuer_routes(const auth::Issuer& issuer);

// What its endpoints work with: they block, so on a pool.
struct ProviderParts {
  auth::Provider& provider;
  BlockingPool& pool;
};
// Token (RFC 6749 section 3.2) and revocation (RFC 7009).
[[nodiscard]] std::vector<Route> token_routes(ProviderParts parts);
// OpenID Connect Core, section 5.3.
[[nodiscard]] std::vector<Route> userinfo_routes(ProviderParts parts);

// Its pages, the authorization and end session endpoints among them. What waits for the
// database does so on `store_pool`, what hashes passwords on `hashing_pool`.
struct PageParts {
  FrontDoor& door;
  BlockingPool& store_pool;
  BlockingPool& hashing_pool;
};
[[nodiscard]] std::vector<Route> page_routes(const PageParts& parts);

// Where an outside issuer says that somebody has signed out.
struct LogoutParts {
  chat::OutsideLogouts& logouts;
  auth::SeenTokens& seen;
};
[[nodiscard]] std::vector<Route> backchannel_logout_routes(LogoutParts parts);

// All routes of the API, whoever the issuer is: health, discovery and what follows here.
[[nodiscard]] std::vector<Route> api_routes(const Discovery& discovery);
[[nodiscard]] std::vector<Route> channel_routes();
[[nodiscard]] std::vector<Route> channel_edit_routes();
[[nodiscard]] std::vector<Route> message_routes();
[[nodiscard]] std::vector<Route> message_deletion_routes();
[[nodiscard]] std::vector<Route> search_routes();
[[nodiscard]] std::vector<Route> user_routes();
[[nodiscard]] std::vector<Route> ban_routes();
[[nodiscard]] std::vector<Route> rate_limit_routes();
[[nodiscard]] std::vector<Route> activity_routes();
[[nodiscard]] std::vector<Route> health_routes();

// `page` makes the text when it is asked for; it is called on any shard.
[[nodiscard]] std::vector<Route> metrics_routes(std::function<std::string()> page);

}  // namespace chatserver::server
