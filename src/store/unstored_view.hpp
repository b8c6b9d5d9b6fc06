#pragma once

#include <cstddef>
#include <iterator>
#include <span>
#include <vector>

#include "store/search_view.hpp"

namespace chatserver::store {

// A view with messages besides that are accepted and, as far as is known, not in the database yet.
// What is in both counts once, as the database has it.
//
// Lifetime: `stored` and `unstored`, which ascends by id, outlive it. Threading, errors: as `stored`.
class UnstoredView final : public SearchView {
 public:
  UnstoredView(SearchView& stored, std::span<const Message> unstored)
      : stored_(stored), unstored_(unstored) {}

  [[nodiscard]] CacheId indexed_up_to() override;
  [[nodiscard]] std::vector<ChannelId> channels_called(const std::vector<std::string>& names) override {
    return stored_.channels_called(names);
  }
  [[nodiscard]] std::vector<CacheId> ids(IdRange range, std::size_t limit) override;
  [[nodiscard]] std::vector<Message> messages(IdRange range, std::size_t limit) override;
  [[nodiscard]] std::vector<CacheId> indexed(const IndexQuery& query, IdRange range,
                                             std::size_t limit) override {
    return stored_.indexed(query, range, limit);
  }
  [[nodiscard]] std::vector<Message> read(const std::vector<CacheId>& ids) override;

 private:
  [[nodiscard]] std::vector<Message> unstored_in(IdRange range, std::size_t limit) const;

  SearchView& stored_;
  const std::span<const Message> unstored_;
};

}  // namespace chatserver::store
