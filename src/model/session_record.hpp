#pragma once

#include "base/clock.hpp"
#include "model/ids.hpp"

namespace chatserver {

// That a user is connected, for the activity statistics. Owner and start name a session:
// two of one user that began in the same microsecond count as one.
struct SessionStart {
  UserId owner;
  Timestamp start;

  friend bool operator==(const SessionStart&, const SessionStart&) = default;
};

// That a user was connected, until `end`.
struct SessionRecord {
  UserId owner;
  Timestamp start;
  Timestamp end;

  friend bool operator==(const SessionRecord&, const SessionRecord&) = default;
};

}  // namespace chatserver
