#pragma once

#include <string>

#include "model/ids.hpp"

namespace chatserver {

// A person as the server knows them: the id decides, the name is what others see.
struct User {
  UserId id;
  std::string username;

  friend bool operator==(const User&, const User&) = default;
};

}  // namespace chatserver
