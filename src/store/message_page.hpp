#pragma once

#include <vector>

#include "model/message.hpp"

namespace chatserver::store {

// A page of public messages, newest first.
struct MessagePage {
  std::vector<Message> messages;
  bool has_more = false;
};

}  // namespace chatserver::store
