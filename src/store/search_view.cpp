#include "store/search_view.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "search/analyzer.hpp"
#include "store/search_terms.hpp"
#include "store/store.hpp"
#include "store/unstored_view.hpp"

namespace chatserver::store {
namespace {

// Messages not in the index yet, or not even in the database, that are read at once.
constexpr std::size_t unindexed_chunk = 500;

// Ids of the first range that the index is asked for, and how much larger the next may be.
// The first is small, since a common word has a hit in every other message.
constexpr std::int64_t first_range = 8192;
constexpr std::int64_t range_growth_max = 8;
constexpr std::int64_t range_max = std::int64_t{1} << 40U;

// The whole is asked for instead of a range that is this part of it or more, if it promises
// at most so many hits: some more than are wanted, or few anyway.
constexpr std::int64_t large_part = 16;
constexpr double hits_ratio_max = 2;
constexpr double hits_few = 2'000;

void check_time(SearchDeadline deadline) {
  if (std::chrono::steady_clock::now() >= deadline) throw Unavailable("store: the search took too long");
}

// Gathers hits, newest first, until the page is there and it is known whether there are more.
class Hits {
 public:
  Hits(std::size_t offset, std::size_t limit) : left_out_(offset), limit_(limit) {}

  void add(CacheId id) {
    if (left_out_ > 0) {
      --left_out_;
    } else if (page_.size() < limit_) {
      page_.push_back(id);
    } else {
      more_ = true;
    }
  }
  // How many more it takes.
  [[nodiscard]] std::size_t wanted() const { return more_ ? 0 : left_out_ + (limit_ - page_.size()) + 1; }

  [[nodiscard]] const std::vector<CacheId>& page() const { return page_; }
  [[nodiscard]] bool more() const { return more_; }

 private:
  std::size_t left_out_;
  const std::size_t limit_;
  std::vector<CacheId> page_;
  bool more_ = false;
};

// What a query asks of a message that has to be looked at itself.
class Condition {
 public:
  explicit Condition(const MessageQuery& query) : query_(query) {
    if (query.keyword) words_ = analyzer_.terms_of_keyword(*query.keyword);
  }

  [[nodiscard]] bool asks_nothing() const {
    return !query_.keyword && query_.channels.empty() && !query_.author;
  }
  [[nodiscard]] bool unsatisfiable() const { return query_.keyword && words_.empty(); }

  [[nodiscard]] bool satisfied_by(const Message& message) {
    if (query_.author && message.author.id != *query_.author) return false;
    if (!query_.channels.empty() &&
        std::ranges::find(query_.channels, message.channel) == query_.channels.end())
      return false;
    return words_.empty() || search::contains_all(analyzer_.terms_of(message.text), words_);
  }

  // The same, of the index. None when no channel is called so.
  [[nodiscard]] std::optional<IndexQuery> for_index(SearchView& view) const {
    IndexQuery index{.all = words_, .any = {}};
    if (query_.author) index.all.push_back(author_term(*query_.author));
    if (query_.channels.empty()) return index;
    for (const ChannelId channel : view.channels_called(query_.channels)) {
      index.any.push_back(channel_term(channel));
    }
    if (index.any.empty()) return std::nullopt;
    return index;
  }

 private:
  const MessageQuery& query_;
  search::Analyzer analyzer_;
  search::Terms words_;
};

void look_through(SearchView& view, IdRange range, Condition& condition, Hits& hits,
                  SearchDeadline deadline) {
  while (range.up_to > range.after && hits.wanted() > 0) {
    check_time(deadline);
    const std::vector<Message> chunk = view.messages(range, unindexed_chunk);
    for (const Message& message : chunk) {
      if (condition.satisfied_by(message)) hits.add(message.cache_id);
    }
    if (chunk.size() < unindexed_chunk) return;
    range.up_to = CacheId(chunk.back().cache_id.value() - 1);
  }
}

// As many ids as will hold the hits that are still wanted, going by the last range.
std::int64_t next_range(std::int64_t last, std::size_t found, std::size_t wanted) {
  const std::int64_t largest = std::min(last * range_growth_max, range_max);
  if (found == 0) return largest;
  const double likely =
      1.25 * static_cast<double>(last) * static_cast<double>(wanted) / static_cast<double>(found);
  return likely < static_cast<double>(largest) ? std::max(static_cast<std::int64_t>(likely), first_range)
                                               : largest;
}

// Whether to ask for the whole after so many hits in the ids above `up_to`.
bool whole_is_cheap(CacheId newest, CacheId up_to, std::size_t known, std::size_t wanted) {
  const auto walked = static_cast<double>(newest.value() - up_to.value());
  const double in_all = static_cast<double>(known) * static_cast<double>(newest.value()) / walked;
  return in_all <= hits_ratio_max * static_cast<double>(known + wanted) + hits_few;
}

// `find`: the ids of a range that are hits. The last range is the whole, with the hits
// that came before in it: an index may have a simpler way for that, and there are
// few of these.
template <class Find>
void walk_down(const CacheId newest, Hits& hits, SearchDeadline deadline, Find find) {
  CacheId up_to = newest;
  std::int64_t size = first_range;
  std::size_t known = 0;
  while (up_to > CacheId(0) && hits.wanted() > 0) {
    check_time(deadline);
    const bool last = up_to.value() <= size || (up_to < newest && up_to.value() <= size * large_part &&
                                                whole_is_cheap(newest, up_to, known, hits.wanted()));
    const IdRange range = last ? IdRange{.after = CacheId(0), .up_to = newest}
                               : IdRange{.after = CacheId(up_to.value() - size), .up_to = up_to};
    const std::size_t skipped = last ? known : 0;
    const std::vector<CacheId> found = find(range, hits.wanted() + skipped);
    for (std::size_t i = skipped; i < found.size(); ++i) hits.add(found[i]);
    known += found.size();
    up_to = range.after;
    size = next_range(size, found.size(), hits.wanted());
  }
}

void collect(SearchView& view, const MessageQuery& query, CacheId newest, Hits& hits,
             SearchDeadline deadline) {
  Condition condition(query);
  if (condition.unsatisfiable()) return;
  if (condition.asks_nothing()) {
    for (const CacheId id : view.ids({.after = CacheId(0), .up_to = newest}, hits.wanted())) hits.add(id);
    return;
  }
  const CacheId indexed = std::min(view.indexed_up_to(), newest);
  look_through(view, {.after = indexed, .up_to = newest}, condition, hits, deadline);
  if (hits.wanted() == 0) return;
  const auto index_query = condition.for_index(view);
  if (!index_query) return;
  walk_down(indexed, hits, deadline,
            [&](IdRange range, std::size_t limit) { return view.indexed(*index_query, range, limit); });
}

}  // namespace

// A cache may have a million of them: a portion at a time, and none that is no hit is kept.
std::vector<Message> unstored_hits(const MessageQuery& query, SearchDeadline deadline) {
  std::vector<Message> hits;
  Condition condition(query);
  if (!query.unstored || condition.unsatisfiable()) return hits;
  const std::size_t wanted = query.offset + query.limit + 1;
  CacheId before = query.before.value_or(CacheId(std::numeric_limits<std::int64_t>::max()));
  for (bool more = true; more && hits.size() < wanted;) {
    check_time(deadline);
    std::vector<Message> chunk = query.unstored(before, unindexed_chunk);
    more = chunk.size() == unindexed_chunk;
    if (more) before = chunk.back().cache_id;
    std::erase_if(chunk, [&](const Message& message) { return !condition.satisfied_by(message); });
    if (hits.size() + chunk.size() > unstored_hits_max)
      throw Unavailable("store: too many hits are on their way to the database");
    std::ranges::move(chunk, std::back_inserter(hits));
  }
  std::ranges::reverse(hits);
  return hits;
}

MessagePage search(SearchView& stored, const MessageQuery& query, std::span<const Message> unstored,
                   CacheId newest, SearchDeadline deadline) {
  UnstoredView view(stored, unstored);
  if (!unstored.empty()) newest = std::max(newest, unstored.back().cache_id);
  if (query.before) newest = std::min(newest, CacheId(query.before->value() - 1));
  Hits hits(query.offset, query.limit);
  collect(view, query, newest, hits, deadline);
  return {.messages = view.read(hits.page()), .has_more = hits.more()};
}

}  // namespace chatserver::store
