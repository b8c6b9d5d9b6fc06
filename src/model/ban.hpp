#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "model/ids.hpp"

namespace chatserver {

struct Ban {
  BanId id;
  UserId owner;        // who banned
  UserId banished;     // who is banned
  std::string reason;  // at most 256 code points, may be empty
  Timestamp start;
  std::optional<Timestamp> end;  // none: for good
  bool pardoned = false;

  [[nodiscard]] bool in_force(Timestamp now) const { return !pardoned && (!end || now < *end); }
  friend bool operator==(const Ban&, const Ban&) = default;
};

}  // namespace chatserver
