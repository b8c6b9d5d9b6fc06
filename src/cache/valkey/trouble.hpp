#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "cache/valkey/reply.hpp"

namespace chatserver::cache::valkey {

// Why nothing can be done with Valkey just now. All of them pass by themselves
// when their cause does; /readyz and the metrics call them by their names.
enum class Trouble {
  none,
  away,       // not reachable, or the connection broke
  slow,       // no answer in time
  loading,    // reads its data after a start
  read_only,  // a replica, after a fail-over
  full,       // out of memory
  refusing,   // takes no writes for another reason, or does not let us in
  unsafe,     // may lose what it acknowledged, or forget what we keep there
  foreign,    // what is under our prefix belongs to another server, or to something else
  restoring,  // it lost its data, and what the nodes know goes back in
  backlog,    // cache.backlog_max messages wait for the database
};

[[nodiscard]] std::string_view name_of(Trouble trouble);

// What an error of the server means for whoever wanted something; by its first word.
[[nodiscard]] Trouble trouble_of(const ErrorReply& error);

// The server cannot do it now. what() says why, for the log.
class Lost : public std::runtime_error {
 public:
  Lost(Trouble trouble, const std::string& why) : std::runtime_error(why), trouble_(trouble) {}

  [[nodiscard]] Trouble trouble() const noexcept { return trouble_; }

 private:
  Trouble trouble_;
};

// Throws Lost for an error of the server.
const Reply& checked(const Reply& reply);

}  // namespace chatserver::cache::valkey
