#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cache/valkey/connection.hpp"
#include "cache/valkey/other_nodes.hpp"
#include "cache/valkey/own_users.hpp"
#include "cache/valkey/valkey_presence.hpp"

namespace chatserver::cache::valkey {

// One node's conversation with the others through Valkey: says what has changed here, hears what
// has changed there. Whenever either side cannot be sure what the other knows, everything is said
// or read anew.
//
// Threading: one thread. Errors: throws Lost and Garbled; the next call makes up for it.
class PresenceLink {
 public:
  PresenceLink(const ValkeyPresenceOptions& options, const Target& target, std::string node, OwnUsers& own,
               OtherNodes& others);

  // Says what is to be said and takes in what was said.
  void look();
  // For when the others could not be heard for so long that they count as dead.
  void lose_others();
  // The last call: the node is to be taken for dead after `lease`.
  void farewell(std::chrono::milliseconds lease);

 private:
  void say();
  // Everybody who is here, in as many calls as it takes. Answers as call().
  [[nodiscard]] std::optional<EntryId> say_everything();
  // One call. Nothing: the others know nothing of this node any more.
  [[nodiscard]] std::optional<EntryId> call(const char* kind, const std::vector<UserPresence>& changes);
  void hear();
  // False when what is missing is no longer in the log.
  [[nodiscard]] bool follow_log();
  void read_everything();
  // False when it is saying everything just now.
  [[nodiscard]] bool read_node(const std::string& node, std::uint64_t version);
  // What PREFIX:round:NODE says, if anything.
  [[nodiscard]] std::string round_of(const std::string& node);
  [[nodiscard]] std::string key(const char* name) const { return prefix_ + ":" + name; }

  // Constant after construction.
  const std::string prefix_;
  const std::string server_id_;
  const std::string node_;

  std::chrono::milliseconds lease_;
  Connection connection_;
  OwnUsers& own_;
  OtherNodes& others_;
  bool said_everything_ = false;  // and every change since, but for those that own_ still has
  std::uint64_t calls_ = 0;       // that changed something
  EntryId last_;                  // of the log, as the last call said
  std::optional<EntryId> heard_;  // everything up to there; none: nothing yet
};

}  // namespace chatserver::cache::valkey
