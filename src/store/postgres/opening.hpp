#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "store/postgres/connection.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/postgres/pulses.hpp"
#include "store/postgres/server_lock.hpp"

namespace chatserver::store::postgres {

// A database that is there, ours and of this version.
struct ReadyDatabase {
  std::unique_ptr<Connection> connection;  // its session holds the lock, if any
  std::optional<ServerLock> lock;          // not for tools
  NodeId node = no_node;                   // likewise
};

// Refuses, creates, adopts or migrates.
[[nodiscard]] std::expected<ReadyDatabase, OpenError> make_ready(const PostgresOptions& options);

}  // namespace chatserver::store::postgres
