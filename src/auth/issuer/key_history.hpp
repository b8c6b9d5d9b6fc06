#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/issuer/signing_keys.hpp"
#include "base/clock.hpp"

namespace chatserver::auth {

// What is remembered about keys besides the one that signs.
struct KeyHistory {
  Timestamp tokens_until{};  // when the longest token of the key that signs is over
  std::vector<RetiredKey> retired;

  friend bool operator==(const KeyHistory&, const KeyHistory&) = default;
};

// As it stands in its file. None when it is not what to_json() makes. Threading: pure.
[[nodiscard]] std::string to_json(const KeyHistory& history);
[[nodiscard]] std::optional<KeyHistory> parse_key_history(std::string_view json);

}  // namespace chatserver::auth
