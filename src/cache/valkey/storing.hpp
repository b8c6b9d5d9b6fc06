#pragma once

#include <functional>
#include <span>
#include <string>

#include "cache/valkey/entry.hpp"
#include "cache/valkey/reservation.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {

// What becomes of an entry that the database does not take, though it takes others; and why it does not.
using Refuse = std::function<void(const Entry& entry, const std::string& why)>;

// Brings the messages among entries of the log into the database: all at once, and if they cannot be
// though the database works, in ever smaller parts until it is known which of them it refuses, or each takes
// no longer than it may. What the database has already is not changed.
//
// Threading: blocks on the store. Errors: throws store::Unavailable, when the database is away or another's
// lock is in the way, and what `refuse` throws; what was stored until then stays.
void store_entries(store::Store& store, Reservation& reservation, std::span<const Entry> entries,
                   const Refuse& refuse);

}  // namespace chatserver::cache::valkey
