#include "server/open_admin.hpp"

#include <algorithm>

namespace chatserver::server {
namespace {

// Whether the address that a request was resolved to is the client's: no proxy passed it
// on, or ours did and named every address on the way.
bool address_is_known(const Request& request, const AddressSet& trusted_proxies) {
  if (!has_trace_of_proxy(request)) return true;
  const auto [begin, end] = request.headers.equal_range("x-forwarded-for");
  return begin != end && trusted_proxies.contains(request.peer) &&
         std::all_of(begin, end, [](const auto& field) { return names_addresses(field.second); });
}

}  // namespace

std::optional<Response> OpenAdmin::refusal(const Request& request) const {
  if (!open_ || !from_.contains(request.client)) return invalid_token("a bearer token is needed");
  if (!address_is_known(request, trusted_proxies_))
    return problem(403, "without a token this is not open to whom a proxy speaks for");
  const auto host = request.header("host");
  if (!host || !hosts_.accepts(*host))
    return problem(403, "without a token this is open under the server's own names alone");
  const auto origin = request.header("origin");
  if (origin && !cors_.names(*origin))
    return problem(403, "without a token this is not open to pages of that origin");
  return std::nullopt;
}

}  // namespace chatserver::server
