#pragma once

#include <expected>
#include <string>

#include "cache/valkey/reply.hpp"

namespace chatserver::cache::valkey {

// Whether a server keeps what we give it: no eviction, and, where `durable` is asked for,
// everything on disk before it is acknowledged. `info` is its answer to INFO, `fsync` to
// CONFIG GET appendfsync (some services forbid that). The complaint says what to do about it.
//
// Threading: pure. Errors: throws Lost where `info` is an error.
[[nodiscard]] std::expected<void, std::string> check_safety(const Reply& info, const Reply& fsync,
                                                            bool durable);

// Whether it still reads its data after a start, when it says of nothing yet how it will be.
[[nodiscard]] bool is_loading(const Reply& info);

// Which process it is, of all that were ever started; empty when it does not say.
[[nodiscard]] std::string process_of(const Reply& info);

}  // namespace chatserver::cache::valkey
