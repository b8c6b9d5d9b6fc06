#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "cache/presence_exchange.hpp"
#include "cache/valkey/presence_entry.hpp"

namespace chatserver::cache::valkey {

// Who is on which other node, and what of that is news for whoever knows only of all of them as
// one. A node that says everything anew keeps its users until it has said the end of it, so that
// who is named again never left.
//
// Threading: one thread. Limits: an entry a user and node.
class OtherNodes {
 public:
  void take(const PresenceEntry& entry);
  // All that a node has said up to `version`, at once; a user whom it does not name has left it.
  void replace(const std::string& node, std::uint64_t version, const std::vector<Sighting>& users);
  // Whether it has said more than that: then that is an older copy, as of a server that was put back.
  [[nodiscard]] bool knows_more(const std::string& node, std::uint64_t version) const;
  // The others are not to be found just now: that may pass, as when the server has lost what it
  // had and not every node has noticed.
  void doubt_all_but(const std::map<std::string, std::uint64_t>& nodes, Monotonic now);
  // Forgets those of whom nothing has come since they were doubted then or before.
  void forget_doubted(Monotonic until);
  void forget_all();

  // What is another state than these calls have said before; each user once.
  [[nodiscard]] std::vector<UserPresence> take_changes();

  [[nodiscard]] std::size_t count() const noexcept { return nodes_.size(); }

 private:
  struct Known {
    std::string name;
    EntryId at;               // when it was said; the newest name counts
    std::uint64_t round = 0;  // in which it was said
  };
  struct Node {
    std::unordered_map<UserId, Known> users;
    std::uint64_t version = 0;  // of what it has said; 0: not known
    std::uint64_t round = 0;    // how often it has begun to say everything
    std::optional<Monotonic> doubted;
  };

  void came(Node& node, const User& user, EntryId at);
  void left(Node& node, const UserId& user);
  void end_round(Node& node);
  void forget(Node& node);
  // Under which name somebody is present on any node; null: on none.
  [[nodiscard]] const std::string* name_of(const UserId& user) const;

  std::map<std::string, Node> nodes_;
  std::unordered_set<UserId> touched_;            // since take_changes()
  std::unordered_map<UserId, std::string> told_;  // by take_changes(): who is present
};

}  // namespace chatserver::cache::valkey
