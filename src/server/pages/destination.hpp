#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "auth/issuer/provider.hpp"
#include "server/pages/visit.hpp"

namespace chatserver::server {

// Where somebody goes once signed in: back to the client that sent them here,
// or, when none did, to their account.
//
// It travels in the query of the pages on the way, and is checked anew on each.
struct Destination {
  std::optional<auth::AuthorizationRequest> request;

  // For a link or form that leads on: "?client_id=…"; empty without a client.
  [[nodiscard]] std::string query() const;
  // Where the last form ends up (Page::form_leads_to).
  [[nodiscard]] std::string leads_to() const;
};

// The page's destination; or the answer that refuses it.
[[nodiscard]] std::expected<Destination, Response> destination_of(const Visit& visit);

// What a refused authorization request comes to: an error page, or the client's own error.
[[nodiscard]] Response refusal(const Visit& visit, const auth::AuthorizationRefusal& refusal);

// On to the destination. Blocks on the store.
[[nodiscard]] Response go_on(const Visit& visit, const Destination& destination,
                             const auth::SignedIn& signed_in);

// Signs the browser in as `account`, whose holder it is since `began`, and goes on. A browser has
// one login: a former one is continued or ended (auth::Provider::open_session()).
[[nodiscard]] Response enter(Visit& visit, const store::Account& account, Timestamp began,
                             const Destination& destination);

}  // namespace chatserver::server
