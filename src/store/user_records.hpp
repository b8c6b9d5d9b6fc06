#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/ban.hpp"
#include "model/user.hpp"

namespace chatserver::store {

enum class NameMatch : std::uint8_t { exact, prefix };

// Who pardoned a ban first, and when.
struct Pardon {
  UserId by;
  Timestamp at;

  friend bool operator==(const Pardon&, const Pardon&) = default;
};

// A ban as an administrator looks it up: in force, over or pardoned.
struct BanRecord {
  Ban ban;
  std::optional<std::string> banished_username;  // the latest; none: never seen here
  std::optional<Pardon> pardon;                  // none: not pardoned, or by a server that did not note it

  friend bool operator==(const BanRecord&, const BanRecord&) = default;
};
struct BanPage {
  std::vector<BanRecord> records;
  bool has_more = false;
};

// What administrators look up about users. Names are compared byte by byte.
//
// Threading: any; every call blocks. Errors: throws Unavailable.
class UserRecords {
 public:
  virtual ~UserRecords() = default;

  // By name, and of one name whoever was seen under it last, its present holder, first.
  [[nodiscard]] virtual std::vector<User> find_users(std::string_view name, NameMatch match,
                                                     std::size_t limit) = 0;

  // Newest first, without the newest `offset`.
  [[nodiscard]] virtual BanPage ban_records(std::size_t limit, std::size_t offset) = 0;
};

}  // namespace chatserver::store
