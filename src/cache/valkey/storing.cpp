#include "cache/valkey/storing.hpp"

#include "cache/valkey/flush_batch.hpp"

namespace chatserver::cache::valkey {
namespace {

// So few cannot be why a call took too long.
constexpr std::size_t quick_entries = 64;

}  // namespace

void store_entries(store::Store& store, Reservation& reservation, std::span<const Entry> entries,
                   const Refuse& refuse) {
  const store::Batch batch = flush_batch(entries);
  if (batch.messages.empty() && batch.private_messages.empty()) return;
  try {
    return store.append(batch);
  } catch (const store::Refused& refused) {
    if (entries.size() == 1) return refuse(entries.front(), refused.what());
  } catch (const store::Unavailable&) {
    if (entries.size() <= quick_entries) throw;
    reservation.write_ahead_of({});  // throws when the database is away
  }
  store_entries(store, reservation, entries.subspan(0, entries.size() / 2), refuse);
  store_entries(store, reservation, entries.subspan(entries.size() / 2), refuse);
}

}  // namespace chatserver::cache::valkey
