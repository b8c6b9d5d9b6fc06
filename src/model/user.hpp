#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "model/ids.hpp"

namespace chatserver {

// A person as the server knows them: the id decides, the name is what others see.
struct User {
  UserId id;
  std::string username;

  friend bool operator==(const User&, const User&) = default;
};

// A user whom several parts keep: one copy for all of them.
using UserPtr = std::shared_ptr<const User>;

// Hash and equality by id, for sets of UserPtr in which users are found by their id.
struct UserById {
  using is_transparent = void;

  static const UserId* id(const UserId& user) noexcept { return &user; }
  static const UserId* id(const UserPtr& user) noexcept { return &user->id; }

  std::size_t operator()(const auto& one) const noexcept { return std::hash<UserId>{}(*id(one)); }
  bool operator()(const auto& one, const auto& other) const noexcept { return *id(one) == *id(other); }
};

}  // namespace chatserver
