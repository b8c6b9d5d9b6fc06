#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "model/user.hpp"

namespace chatserver::hub {

enum class Status { offline, online };

// A user as others see them. Immutable: sessions, rosters and all shards share the one
// copy, so that a user who does nothing costs little.
struct ShownUser {
  UserPtr user;
  // How frames show the user, up to where the status stands: `{"username":…,"id":…,"status":`.
  std::string object;
};
using ShownUserPtr = std::shared_ptr<const ShownUser>;

// That a user came, left, or goes by another name.
struct PresenceChange {
  ShownUserPtr shown;
  Status status = Status::offline;
};

// Hash and equality of pointers to what has a `shown` user, by the user's id: a set
// of them is found in by id without keeping the id once more.
struct ByUser {
  using is_transparent = void;

  static const UserId* id(const UserId& user) noexcept { return &user; }
  static const UserId* id(const auto& pointer) noexcept { return &pointer->shown->user->id; }

  std::size_t operator()(const auto& one) const noexcept { return std::hash<UserId>{}(*id(one)); }
  bool operator()(const auto& one, const auto& other) const noexcept { return *id(one) == *id(other); }
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
