#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "support/bare_store.hpp"

namespace chatserver::test {

// A store of tombstones alone, that counts how often it is asked. Threading: one thread at a time.
class TombstoneStore final : public BareStore {
 public:
  std::vector<store::Tombstone> tombstones(CacheId up_to, std::size_t limit) override {
    ++asked;
    if (away) throw store::Unavailable("told to be away");
    std::vector<store::Tombstone> found;
    for (const auto& tombstone : all) {
      if (tombstone.cache_id <= up_to) found.push_back(tombstone);
    }
    if (found.size() > limit) found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
    if (on_read) on_read();
    return found;
  }

  void bury(std::int64_t first, std::int64_t last) {
    for (auto id = first; id <= last; ++id) all.push_back({CacheId(id), ChannelId(1)});
  }

  std::vector<store::Tombstone> all;  // ascending
  bool away = false;
  int asked = 0;
  std::function<void()> on_read;  // between what is read and its arrival
};

}  // namespace chatserver::test
