#pragma once

#include <compare>
#include <functional>
#include <utility>

namespace chatserver {

// A value that identifies something and is nothing else: two ids of different
// kinds neither convert nor compare. `Tag` is an incomplete type naming the kind.
template <class Tag, class Value>
class StrongId {
 public:
  StrongId() = default;
  constexpr explicit StrongId(Value value) : value_(std::move(value)) {}

  [[nodiscard]] constexpr const Value& value() const noexcept { return value_; }

  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
  friend constexpr bool operator==(const StrongId&, const StrongId&) = default;

 private:
  Value value_{};
};

}  // namespace chatserver

template <class Tag, class Value>
struct std::hash<chatserver::StrongId<Tag, Value>> {
  std::size_t operator()(const chatserver::StrongId<Tag, Value>& id) const noexcept {
    return std::hash<Value>{}(id.value());
  }
};
