#pragma once

#include <optional>
#include <type_traits>
#include <vector>

#include "cache/valkey/batch.hpp"
#include "cache/valkey/shared.hpp"

namespace chatserver::cache::valkey {

// Answers submissions whose nonces were used for messages that the database has and Valkey has not, or
// not any more.
//
// A database that does not answer holds up everybody's messages, those without a nonce too. So one question a
// batch, and after one that failed none for several times as long as it took: who needs an answer from the
// database is refused as unavailable meanwhile, and may send the same again.
//
// Threading: the appender's thread.
class FirstUses {
 public:
  explicit FirstUses(Shared& shared) : shared_(shared) {}

  // After a loss Valkey knows only the nonces that were used since, the database all others. Takes out of
  // `batch` what was answered.
  void answer_known(std::vector<Submission>& batch, Delivery& answers);
  // Where Valkey knows the use, but has the message no longer.
  void answer_older(const RepeatOfOlder& repeat, Delivery& answers);

 private:
  // What `read` returns; none while the database is away.
  template <class Read>
  std::optional<std::invoke_result_t<Read>> ask(Read read);
  [[nodiscard]] store::NonceUse use_of(const RepeatOfOlder& repeat);

  Shared& shared_;
  Monotonic ask_again_at_ = Monotonic::min();
};

}  // namespace chatserver::cache::valkey
