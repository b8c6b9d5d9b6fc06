#pragma once

#include "base/clock.hpp"
#include "model/ids.hpp"

namespace chatserver {

// That a user was connected, for the activity statistics.
struct SessionRecord {
  UserId owner;
  Timestamp start;
  Timestamp end;

  friend bool operator==(const SessionRecord&, const SessionRecord&) = default;
};

}  // namespace chatserver
