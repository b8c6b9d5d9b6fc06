#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cache/presence_exchange.hpp"
#include "cache/valkey/entry.hpp"
#include "cache/valkey/reply.hpp"

namespace chatserver::cache::valkey {

// What one node said of its users in one call, as the log of presence.lua has it.
struct PresenceEntry {
  EntryId id;
  EntryId previous;  // the entry before it
  std::string node;
  bool begins = false;        // to say everything anew
  bool ends = false;          // that was everything
  bool gone = false;          // the node is
  std::uint64_t version = 0;  // of what the node has said with this; 0: an older server, which does not tell
  std::vector<UserPresence> changes;
};

// Where all nodes are, as the hash of presence.lua has it.
struct PresenceState {
  EntryId last;
  std::map<std::string, std::uint64_t> nodes;  // and the version of what each has said
};

// A user of a node, and which entry named him last.
struct Sighting {
  User user;
  EntryId at;
};

// What the answers of Valkey mean; they throw Garbled where it is nothing that we wrote.
// Threading: pure.
[[nodiscard]] PresenceEntry presence_entry(const Reply& reply);
[[nodiscard]] PresenceState presence_state(const Reply& hash);
[[nodiscard]] std::vector<Sighting> sightings(const Reply& hash);
[[nodiscard]] EntryId entry_id(const Reply& reply);

}  // namespace chatserver::cache::valkey
