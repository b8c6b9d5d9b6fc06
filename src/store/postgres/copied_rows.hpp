#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "store/postgres/values.hpp"

namespace chatserver::store::postgres {

// Rows as COPY … (FORMAT binary) takes them. Each value must have the very type of its column: nothing is
// converted. Threading: one thread.
class CopiedRows {
 public:
  CopiedRows();

  template <class... Values>
  void add(const Values&... values) {
    begin_row(static_cast<std::int16_t>(sizeof...(values)));
    (put(parameter(values)), ...);
  }

  [[nodiscard]] std::string finish() &&;

 private:
  void begin_row(std::int16_t columns);
  void put(const Parameter& value);

  std::string bytes_;
};

}  // namespace chatserver::store::postgres
