#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock.hpp"
#include "base/strong_id.hpp"

struct pg_result;

namespace chatserver::store::postgres {

// One parameter of a statement: its type and its binary form, or null.
struct Parameter {
  unsigned type;  // the OID of a built-in type
  std::optional<std::string> bytes;
};

[[nodiscard]] Parameter parameter(std::int64_t value);
[[nodiscard]] Parameter parameter(std::string_view value);
[[nodiscard]] Parameter parameter(Timestamp value);
[[nodiscard]] Parameter parameter(const std::vector<std::int64_t>& values);
[[nodiscard]] Parameter parameter(const std::vector<std::string_view>& values);
[[nodiscard]] Parameter parameter(const std::vector<Timestamp>& values);
// Exactly bool: pointers would convert to it.
[[nodiscard]] Parameter boolean_parameter(bool value);
template <std::same_as<bool> Value>
[[nodiscard]] Parameter parameter(Value value) {
  return boolean_parameter(value);
}
template <class Tag, class Value>
[[nodiscard]] Parameter parameter(const StrongId<Tag, Value>& id) {
  return parameter(id.value());
}
template <class Value>
[[nodiscard]] Parameter parameter(const std::optional<Value>& value) {
  if (value) return parameter(*value);
  return {.type = parameter(Value{}).type, .bytes = std::nullopt};
}

// What one statement came to: rows, read one after the other, or a count.
// Columns may be int2, int4, int8, bool, text and its kin, timestamptz.
//
// Threading: one thread at a time.
class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}

  // Goes to the next row; false after the last.
  [[nodiscard]] bool next() noexcept;
  // Rows that an INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::int64_t changed() const;
  // What the statement was, as the server says: "COMMIT", "INSERT 0 1".
  [[nodiscard]] std::string_view command() const noexcept;

  [[nodiscard]] bool is_null(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] bool boolean(int column) const noexcept { return integer(column) != 0; }
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Timestamp time(int column) const noexcept;

 private:
  struct Clear {
    void operator()(pg_result* result) const noexcept;
  };

  [[nodiscard]] std::string_view bytes(int column) const noexcept;

  std::unique_ptr<pg_result, Clear> result_;
  int row_ = -1;
};

}  // namespace chatserver::store::postgres
