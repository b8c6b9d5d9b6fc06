#pragma once

#include <cstddef>
#include <string>

namespace chatserver::bench {

// Has Valkey accept `messages` messages that nobody moves to the database: as many servers leave them
// that took them in while it was away. A cache must have been opened there before, and none may be open.
// `nonces`: each message has one. Throws std::runtime_error when one is not accepted.
void fill_log(const std::string& valkey_url, std::size_t messages, bool nonces);

}  // namespace chatserver::bench
