#include "store/postgres/copied_rows.hpp"

#include <string_view>

#include "store/postgres/big_endian.hpp"

namespace chatserver::store::postgres {
namespace {

using namespace std::string_view_literals;

// Then flags, and the length of an extension of the header.
constexpr std::string_view signature = "PGCOPY\n\xff\r\n\0"sv;
constexpr std::int16_t end = -1;
constexpr std::int32_t null = -1;

}  // namespace

CopiedRows::CopiedRows() : bytes_(signature) {
  bytes_ += big_endian(std::int32_t{0}) + big_endian(std::int32_t{0});
}

void CopiedRows::begin_row(std::int16_t columns) {
  bytes_ += big_endian(columns);
}

void CopiedRows::put(const Parameter& value) {
  bytes_ += big_endian(value.bytes ? static_cast<std::int32_t>(value.bytes->size()) : null);
  if (value.bytes) bytes_ += *value.bytes;
}

std::string CopiedRows::finish() && {
  bytes_ += big_endian(end);
  return std::move(bytes_);
}

}  // namespace chatserver::store::postgres
