#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"
#include "base/strong_id.hpp"
#include "store/postgres/connection.hpp"

// Which servers are alive, and what becomes of the sessions of those that are not. All but new_node() run
// inside the caller's transaction.
namespace chatserver::store::postgres {

// A server from its start to its end, among those that use the database.
using NodeId = StrongId<struct NodeIdTag, std::int64_t>;

// What older versions wrote, and whoever is no server.
inline constexpr NodeId no_node{0};

[[nodiscard]] NodeId new_node(Connection& connection);

// That the node is there, with a session to begin.
void note_heard(Connection& connection, NodeId node);
// That it was alive at `now`.
void note_alive(Connection& connection, NodeId node, Timestamp now);

// Whose sessions are to be ended.
enum class Dead : std::uint8_t {
  silent,      // of nodes that were not heard for Activity::node_silence
  all_others,  // of every other: there is one server at a time
};
// Returns how many it has ended.
std::size_t end_sessions_of(Connection& connection, Dead dead, NodeId self);

}  // namespace chatserver::store::postgres
