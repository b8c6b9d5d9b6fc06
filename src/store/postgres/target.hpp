#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace chatserver::store::postgres {

// Where the database is and as whom we go there, out of a libpq connection string.
//
// Threading: a value.
class Target {
 public:
  // Fills in what the string leaves open: keepalives, the name that the server
  // shows us under. The error does not quote the string, which may hold a password.
  [[nodiscard]] static std::expected<Target, std::string> parse(const std::string& url);

  // Keywords and values, for PQconnectStartParams().
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& parameters() const noexcept {
    return parameters_;
  }
  // "database chat at db.example.org:5432 as user chat": fit for logs.
  [[nodiscard]] const std::string& description() const noexcept { return description_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::string description_;
};

}  // namespace chatserver::store::postgres
