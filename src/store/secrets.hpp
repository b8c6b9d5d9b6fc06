#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatserver::store {

// What only the servers of one installation may know.
struct Secret {
  std::string content;
  std::int64_t version = 0;  // positive; after every change one that never was before
};

// Where servers that share a database keep the secrets that they must share too, each under a name.
//
// Threading: any; every call blocks and is atomic. Errors: throws Unavailable;
// a call that throws has changed nothing.
class Secrets {
 public:
  virtual ~Secrets() = default;

  [[nodiscard]] virtual std::optional<Secret> find_secret(std::string_view name) = 0;
  // The version alone, for those who ask often; 0: there is none of that name.
  [[nodiscard]] virtual std::int64_t secret_version(std::string_view name) = 0;
  // Puts `content` in the place of version `replaced` (0: where there is none). False, and nothing
  // changed, when another version is there: somebody else was faster.
  [[nodiscard]] virtual bool replace_secret(std::string_view name, std::int64_t replaced,
                                            std::string_view content) = 0;
};

}  // namespace chatserver::store
