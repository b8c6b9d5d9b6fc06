#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cache/message_cache.hpp"
#include "store/store.hpp"

namespace chatserver::cache {

// What is decided over a batch and not durable yet: numbered messages, repeats,
// refusals. Thrown away as a whole when the store cannot take it.
//
// Threading: one thread. Errors: none.
class Draft {
 public:
  // `marks`: the highest ids given out before.
  explicit Draft(const store::IdMarks& marks) : marks_(marks) {}

  // These give the message the next id of its stream.
  void add(Message message);
  void add(PrivateMessage message);
  void refuse(Refusal refusal) { delivery_.refusals.push_back(std::move(refusal)); }
  void repeat(Repeat repeat) { delivery_.repeats.push_back(std::move(repeat)); }

  // The message of this batch that carried `nonce`, if any.
  [[nodiscard]] std::optional<store::NonceUse> find_nonce(const UserId& user, const std::string& nonce) const;

  // What must be durable before the delivery is made.
  [[nodiscard]] const store::Batch& rows() const { return rows_; }
  [[nodiscard]] const store::IdMarks& marks() const { return marks_; }

  [[nodiscard]] Delivery into_delivery() &&;

 private:
  enum class Stream { messages, private_messages };
  struct Position {
    Stream stream;
    std::size_t index;
  };

  void remember_nonce(const UserId& user, const std::string& nonce, Position position);

  store::IdMarks marks_;
  store::Batch rows_;
  Delivery delivery_;  // all but the messages
  std::map<std::pair<UserId, std::string>, Position> nonces_;
};

}  // namespace chatserver::cache
