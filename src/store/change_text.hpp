#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/changes.hpp"

namespace chatserver::store {

// A committed change as one line of text (JSON), for the outbox and whatever else hands it on.
// Threading: pure.
[[nodiscard]] std::string to_text(const Change& change);
// None when it is not a text that to_text() makes.
[[nodiscard]] std::optional<Change> change_from_text(std::string_view text);

// A row of the outbox; throws Unavailable when its text is not one of ours.
[[nodiscard]] CommittedChange committed_change(std::int64_t id, std::string_view text);

}  // namespace chatserver::store
