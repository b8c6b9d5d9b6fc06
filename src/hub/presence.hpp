#pragma once

#include <memory>
#include <string>

#include "model/ids.hpp"

namespace chatserver::hub {

enum class Status { offline, online };

// That a user came, left, or goes by another name. `object` is how frames show
// the user, up to where the status stands: `{"username":…,"id":…,"status":`.
struct PresenceChange {
  UserId user;
  Status status = Status::offline;
  std::shared_ptr<const std::string> object;
};

// The JSON around presence, handed in by who knows the protocol, so that the
// hub can put frames together from the users' objects.
struct PresenceWording {
  std::string status_head;      // a user_status frame up to the object
  std::string status_tail;      // and after the status
  std::string list_head;        // a connected_users frame up to its first user
  std::string list_tail;        // its end when everybody is listed
  std::string list_tail_total;  // else: up to the number of all users
  std::string list_end;         // and after it
};

}  // namespace chatserver::hub
