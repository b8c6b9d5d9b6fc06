#include "auth/issuer/parameters.hpp"

#include <algorithm>

namespace chatserver::auth {

std::optional<std::string_view> Parameters::find(std::string_view name) const {
  const auto found = std::ranges::find(pairs_, name, &Pair::first);
  if (found == pairs_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

bool Parameters::repeats(std::string_view name) const {
  return std::ranges::count(pairs_, name, &Pair::first) > 1;
}

}  // namespace chatserver::auth
