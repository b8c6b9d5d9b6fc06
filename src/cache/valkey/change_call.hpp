#pragma once

#include <string>
#include <vector>

#include "cache/message_cache.hpp"
#include "cache/valkey/entry.hpp"

namespace chatserver::cache::valkey {

// Where the node that brings a change into the log stands; see library/change.lua.
struct ChangeHead {
  std::string generation;
  EntryId seen;
};

// The arguments of `change`: its effect in Valkey and the entry of the log that tells of it.
// Threading: pure.
[[nodiscard]] std::vector<std::string> change_arguments(const ChangeHead& head,
                                                        const store::CommittedChange& committed);

}  // namespace chatserver::cache::valkey
