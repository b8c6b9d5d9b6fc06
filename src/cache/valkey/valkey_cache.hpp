#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "cache/message_cache.hpp"
#include "cache/options.hpp"
#include "store/store.hpp"

namespace chatserver::cache {

// What a Valkey cache works with; all outlive it.
struct ValkeyParts {
  store::Store& store;
  Random& random;
  Log& log;
  // Counts in place of Valkey's clock: for tests, which advance it. None in the program.
  const Clock* test_clock = nullptr;
};

// The MessageCache of any number of servers that share a Valkey and a database: one function in
// Valkey decides on a batch and appends it to a stream at once, every server delivers from that stream
// in its order, and a consumer group moves it to the database. valkey/README.md tells how.
//
// Errors: refuses, with what to do, a URL that makes no sense, a server that cannot be
// reached or may lose what it acknowledged, and a prefix that belongs to something else.
[[nodiscard]] std::expected<std::unique_ptr<MessageCache>, std::string> open_valkey(Options options,
                                                                                    const ValkeyParts& parts);

}  // namespace chatserver::cache
