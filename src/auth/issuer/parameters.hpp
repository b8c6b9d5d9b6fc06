#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatserver::auth {

// The parameters of a request to the provider, decoded, as the query or the form had them.
//
// Threading: pure. Lifetime: a view of what the request holds.
class Parameters {
 public:
  using Pair = std::pair<std::string, std::string>;

  // NOLINTNEXTLINE(google-explicit-constructor): a request's query is one
  Parameters(std::span<const Pair> pairs) : pairs_(pairs) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Parameters(const std::vector<Pair>& pairs) : pairs_(pairs) {}

  // None when it is absent or empty, which is the same (RFC 6749 section 3.1).
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // The value, or nothing at all.
  [[nodiscard]] std::string text(std::string_view name) const { return std::string(find(name).value_or("")); }

  // Whether it is there more than once, which RFC 6749 section 3.1 forbids.
  [[nodiscard]] bool repeats(std::string_view name) const;

 private:
  std::span<const Pair> pairs_;
};

}  // namespace chatserver::auth
