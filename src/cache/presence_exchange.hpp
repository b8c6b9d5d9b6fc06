#pragma once

#include <cstddef>
#include <vector>

#include "model/user.hpp"

namespace chatserver::cache {

// Whether a user is present, on this node or on the others as a whole, and under which name.
struct UserPresence {
  User user;
  bool present = false;

  friend bool operator==(const UserPresence&, const UserPresence&) = default;
};

// Gets what changed one call at a time, on the exchange's thread; must not block for long.
class PresenceListener {
 public:
  virtual ~PresenceListener() = default;
  // Users who came to the first of the other nodes, left the last of them, or go by another name
  // there: each once a call, and only what is another state than was last said of them.
  virtual void elsewhere(std::vector<UserPresence> changes) = 0;
};

// Who is present on which node, told by each to all. A user on two nodes is one user; a node that
// is silent for `node_lease` has nobody any more. One suite, tests/conformance/presence_exchange.hpp,
// holds for every backend.
//
// Threading: any, unless a call says otherwise. Errors: none. While the nodes cannot reach each other, each
// goes on with what it knew of the others until their lease is over, then with its own users
// alone; what was missed is made up for by itself.
// Limits: an entry a user who is present.
class PresenceExchange {
 public:
  PresenceExchange() = default;
  PresenceExchange(const PresenceExchange&) = delete;
  PresenceExchange& operator=(const PresenceExchange&) = delete;
  virtual ~PresenceExchange() = default;

  // Begins; once, before anything else. Blocks until who is elsewhere was told, where that can be known now.
  virtual void start(PresenceListener& listener) = 0;

  // Who came to this node, left it, or has another name, in order; what is so already may be
  // said again. Never blocks.
  virtual void here(std::vector<UserPresence> changes) = 0;

  struct Standing {
    std::size_t nodes = 1;  // that are known to be alive, this one included
    bool works = true;      // whether the last attempt to hear of the others succeeded
  };
  [[nodiscard]] virtual Standing standing() const = 0;

  // Says that nobody is here any more: elsewhere they are gone once they had time to come back there.
  // Blocks until it is said, or cannot be; nothing is told any more.
  virtual void stop() = 0;
};

}  // namespace chatserver::cache
