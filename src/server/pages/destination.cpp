#include "server/pages/destination.hpp"

#include "server/pages/controls.hpp"
#include "server/pages/pages.hpp"
#include "server/pages/paths.hpp"

namespace chatserver::server {

std::string Destination::query() const {
  return request ? "?" + auth::to_query(*request) : std::string();
}

std::string Destination::leads_to() const {
  return request ? request->redirect_uri : std::string();
}

std::expected<Destination, Response> destination_of(const Visit& visit) {
  const Request& asked = visit.request();
  const bool direct = !asked.query_value("client_id") && !asked.query_value("redirect_uri");
  if (direct) return Destination{};
  auto request = visit.door().provider.check(asked.query);
  if (!request) return std::unexpected(refusal(visit, request.error()));
  return Destination{*std::move(request)};
}

Response refusal(const Visit& visit, const auth::AuthorizationRefusal& refusal) {
  if (const auto* redirect = std::get_if<auth::Redirect>(&refusal)) return visit.redirect(redirect->location);
  return visit.page(
      message_page(400, "This sign-in cannot go on", sentence(text(std::get<auth::RequestFault>(refusal)))));
}

Response go_on(const Visit& visit, const Destination& destination, const auth::SignedIn& signed_in) {
  if (!destination.request) return visit.redirect(account_path);
  const auto answer = visit.door().provider.grant(*destination.request, signed_in);
  if (!answer) return visit.redirect(std::string(sign_in_path) + destination.query());
  return visit.redirect(answer->location);
}

Response enter(Visit& visit, const store::Account& account, Timestamp began, const Destination& destination) {
  const auto session = visit.door().provider.open_session(account, began, visit.signed_in());
  // The account was changed in this very moment: sign in with what it is now.
  if (!session) return visit.redirect(std::string(sign_in_path) + destination.query());
  visit.door().log.info("signed in", {{"user", account.id.value()},
                                      {"name", account.username},
                                      {"address", visit.request().client.to_string()}});
  visit.keep(*session);
  return go_on(visit, destination, session->signed_in);
}

}  // namespace chatserver::server
