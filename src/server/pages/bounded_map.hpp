#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace chatserver::server {

// Values by key, of which the least recently used is forgotten for a new one
// when the map is full: strangers choose the keys, so their number has a bound.
//
// Threading: one thread. Limits: `size_max` entries.
template <class Value>
class BoundedMap {
 public:
  explicit BoundedMap(std::size_t size_max) : size_max_(size_max) {}

  // Null when there is none. Looking is not using.
  [[nodiscard]] Value* find(std::string_view key) {
    const auto it = by_key_.find(key);
    return it == by_key_.end() ? nullptr : &it->second->second;
  }

  // The value, made when there is none.
  [[nodiscard]] Value& use(std::string_view key) {
    if (const auto it = by_key_.find(key); it != by_key_.end()) {
      entries_.splice(entries_.end(), entries_, it->second);
      return it->second->second;
    }
    if (entries_.size() >= size_max_) erase(entries_.front().first);
    entries_.emplace_back(std::string(key), Value{});
    by_key_.emplace(entries_.back().first, std::prev(entries_.end()));
    return entries_.back().second;
  }

  void erase(std::string_view key) {
    const auto it = by_key_.find(key);
    if (it == by_key_.end()) return;
    const auto entry = it->second;
    by_key_.erase(it);  // its key lives in the entry
    entries_.erase(entry);
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;

  const std::size_t size_max_;
  Entries entries_;  // the least recently used first
  std::unordered_map<std::string_view, typename Entries::iterator> by_key_;
};

}  // namespace chatserver::server
