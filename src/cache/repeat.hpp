#pragma once

#include <optional>

#include "cache/message_cache.hpp"
#include "store/store.hpp"

namespace chatserver::cache {

// The original for a submission that repeats it, where its nonce has been used before; none when the
// nonce went to other content, or to a message that was deleted since.
//
// Threading: pure.
[[nodiscard]] std::optional<Repeat> repeat_of(const Submission& submission, store::NonceUse use);

// What says that it is a conflict, or anything else that needs no further word.
[[nodiscard]] Refusal refusal(const Submission& submission, RefusalReason reason);

}  // namespace chatserver::cache
