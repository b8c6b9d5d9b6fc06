#include "chat/recent_deletions.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace chatserver::chat {
namespace {

constexpr CacheId newest_possible{std::numeric_limits<std::int64_t>::max()};

CacheId before(CacheId id) {
  return CacheId(id.value() - 1);
}

std::vector<CacheId> read(store::Store& store, CacheId up_to, std::size_t limit) {
  std::vector<CacheId> ids;
  for (const store::Tombstone& tombstone : store.tombstones(up_to, limit)) ids.push_back(tombstone.cache_id);
  return ids;
}

}  // namespace

RecentDeletions::RecentDeletions(store::Store& store) : store_(store) {
  load_if_missed();
}

std::vector<CacheId> RecentDeletions::newest(CacheId up_to, std::size_t limit) {
  if (auto known = remembered(up_to, limit)) return *std::move(known);
  load_if_missed();
  if (auto known = remembered(up_to, limit)) return *std::move(known);
  return read(store_, up_to, limit);
}

std::optional<std::vector<CacheId>> RecentDeletions::remembered(CacheId up_to, std::size_t limit) const {
  const MutexLock lock(mutex_);
  const auto end = std::ranges::upper_bound(ids_, up_to);
  const auto here = static_cast<std::size_t>(end - ids_.begin());
  if (here < limit && complete_after_ > CacheId{}) return std::nullopt;
  return std::vector(end - static_cast<std::ptrdiff_t>(std::min(here, limit)), end);
}

void RecentDeletions::load_if_missed() {
  {
    const MutexLock lock(mutex_);
    if (!std::exchange(missed_, false)) return;
  }
  try {
    std::vector<CacheId> stored = read(store_, newest_possible, kept_max);
    const MutexLock lock(mutex_);
    if (missed_) return;  // more, while the database was read
    complete_after_ = CacheId{};
    keep(std::move(stored));
  } catch (const store::Unavailable&) {
    const MutexLock lock(mutex_);
    missed_ = true;
    throw;
  }
}

void RecentDeletions::add(std::vector<CacheId> ids) {
  std::ranges::sort(ids);
  const MutexLock lock(mutex_);
  keep(std::move(ids));
}

void RecentDeletions::add(const store::PurgedChannel& purged) {
  const MutexLock lock(mutex_);
  if (purged.newest.size() >= store::PurgedChannel::newest_max) {
    complete_after_ = std::max(complete_after_, before(purged.newest.front()));
    missed_ = true;
  }
  keep(purged.newest);
}

void RecentDeletions::start_over() {
  const MutexLock lock(mutex_);
  complete_after_ = newest_possible;
  ids_.clear();
  missed_ = true;
}

void RecentDeletions::keep(std::vector<CacheId> ids) {
  std::vector<CacheId> all;
  all.reserve(ids_.size() + ids.size());
  std::ranges::set_union(ids_, ids, std::back_inserter(all));
  if (all.size() >= kept_max) {
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kept_max));
    complete_after_ = std::max(complete_after_, before(all.front()));
  }
  ids_ = std::move(all);
}

}  // namespace chatserver::chat
