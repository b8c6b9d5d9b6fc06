#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "store/grants.hpp"

namespace chatserver::auth {

// A refresh token as its holder has it: the family's secret, a dot, and the one
// that changes with every refresh. 87 characters.
struct RefreshToken {
  std::string family;
  store::RefreshSecret hashes;
};

struct NewRefreshToken {
  std::string token;
  store::RefreshSecret hashes;
};

// None when it cannot be one of ours. Threading: pure.
[[nodiscard]] std::optional<RefreshToken> parse_refresh_token(std::string_view token);

// The first of a new family, and the next of that of `presented`.
[[nodiscard]] NewRefreshToken make_refresh_token(Random& random);
[[nodiscard]] NewRefreshToken make_successor(const RefreshToken& presented, Random& random);

}  // namespace chatserver::auth
