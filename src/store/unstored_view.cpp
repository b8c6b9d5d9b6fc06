#include "store/unstored_view.hpp"

#include <algorithm>
#include <functional>

namespace chatserver::store {
namespace {

CacheId id_of(const Message& message) {
  return message.cache_id;
}
CacheId id_of(CacheId id) {
  return id;
}

// Both newest first; the first `limit`, of two with one id the stored one.
template <class One>
std::vector<One> merged(const std::vector<One>& stored, const std::vector<One>& unstored, std::size_t limit) {
  std::vector<One> all;
  std::ranges::set_union(
      stored, unstored, std::back_inserter(all), std::ranges::greater{},
      [](const One& one) { return id_of(one); }, [](const One& one) { return id_of(one); });
  if (all.size() > limit) all.erase(all.begin() + static_cast<std::ptrdiff_t>(limit), all.end());
  return all;
}

}  // namespace

// Below the first of them, since the index cannot know any.
CacheId UnstoredView::indexed_up_to() {
  const CacheId indexed = stored_.indexed_up_to();
  if (unstored_.empty()) return indexed;
  return std::min(indexed, CacheId(unstored_.front().cache_id.value() - 1));
}

std::vector<CacheId> UnstoredView::ids(IdRange range, std::size_t limit) {
  std::vector<CacheId> more;
  for (const Message& message : unstored_in(range, limit)) more.push_back(message.cache_id);
  return merged(stored_.ids(range, limit), more, limit);
}

std::vector<Message> UnstoredView::messages(IdRange range, std::size_t limit) {
  return merged(stored_.messages(range, limit), unstored_in(range, limit), limit);
}

std::vector<Message> UnstoredView::read(const std::vector<CacheId>& ids) {
  std::vector<Message> here;
  std::vector<CacheId> elsewhere;
  for (const CacheId id : ids) {
    const auto found = std::ranges::find(unstored_, id, &Message::cache_id);
    if (found != unstored_.end()) {
      here.push_back(*found);
    } else {
      elsewhere.push_back(id);
    }
  }
  return merged(stored_.read(elsewhere), here, ids.size());
}

// Newest first.
std::vector<Message> UnstoredView::unstored_in(IdRange range, std::size_t limit) const {
  const auto begin = std::ranges::upper_bound(unstored_, range.after, {}, &Message::cache_id);
  const auto end = std::ranges::upper_bound(unstored_, range.up_to, {}, &Message::cache_id);
  std::vector<Message> found;
  for (auto at = end; at > begin && found.size() < limit;) found.push_back(*--at);
  return found;
}

}  // namespace chatserver::store
