#pragma once

#include <string>

#include "store/search_view.hpp"

namespace chatserver::store::postgres {

// PostgreSQL's GIN index gives all that matches, in no order, and each hit costs a look at the
// table. So that newest first need not sort a million of them, a message is indexed
// under blocks of ids, too, on several levels: then a range of ids is part of what the index
// is asked, and it skips the rest of a frequent word's postings.
//
// Threading: pure.

// Each followed by a space.
[[nodiscard]] std::string block_terms(CacheId id);

// A tsquery: what `query` asks.
[[nodiscard]] std::string tsquery_of(const IndexQuery& query);
// The same, within the few blocks that hold `range` (and some around it).
[[nodiscard]] std::string tsquery_of(const IndexQuery& query, IdRange range);

}  // namespace chatserver::store::postgres
