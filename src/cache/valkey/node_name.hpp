#pragma once

#include <string>

#include "base/random.hpp"

namespace chatserver::cache::valkey {

// What a process is called in Valkey: another name at each start. Threading: any.
[[nodiscard]] std::string new_node_name(Random& random);

}  // namespace chatserver::cache::valkey
