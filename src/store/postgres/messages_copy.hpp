#pragma once

#include "store/postgres/connection.hpp"
#include "store/store.hpp"

namespace chatserver::store::postgres {

// Writes a batch's messages by COPY, which is faster than an insertion but cannot pass over a row. False, and
// nothing is written, where that might be needed or would not pay. Inside the caller's write
// transaction, so that nobody writes between the question and the answer.
[[nodiscard]] bool copy_if_new(Connection& connection, const Batch& batch);

}  // namespace chatserver::store::postgres
