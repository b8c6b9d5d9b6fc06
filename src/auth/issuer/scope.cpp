#include "auth/issuer/scope.hpp"

#include <algorithm>
#include <array>

namespace chatserver::auth {
namespace {

constexpr std::array<std::string_view, 2> grantable{"openid", "profile"};

// %x21 / %x23-5B / %x5D-7E, and the space between them.
bool is_scope_character(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

// Calls `each` with every scope until it returns false.
template <class Each>
bool all_of(std::string_view scopes, Each each) {
  while (!scopes.empty()) {
    const std::size_t end = std::min(scopes.find(' '), scopes.size());
    const std::string_view scope = scopes.substr(0, end);
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
    if (!scope.empty() && !each(scope)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> grantable_scope(std::string_view requested) {
  if (!std::ranges::all_of(requested, is_scope_character)) return std::nullopt;
  std::string granted;
  for (const std::string_view scope : grantable) {
    if (has_scope(requested, scope)) granted.append(granted.empty() ? "" : " ").append(scope);
  }
  return granted.empty() ? "profile" : granted;
}

bool has_scope(std::string_view scopes, std::string_view scope) {
  return !all_of(scopes, [&](std::string_view one) { return one != scope; });
}

bool is_narrower(std::string_view requested, std::string_view granted) {
  return all_of(requested, [&](std::string_view one) { return has_scope(granted, one); });
}

}  // namespace chatserver::auth
