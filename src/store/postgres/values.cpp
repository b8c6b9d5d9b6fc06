#include "store/postgres/values.hpp"

#include <charconv>
#include <limits>

#include <libpq-fe.h>

#include "store/postgres/big_endian.hpp"
#include "store/postgres/stored_text.hpp"

namespace chatserver::store::postgres {
namespace {

// Of src/include/catalog/pg_type.dat: fixed for good.
enum Type : unsigned {
  type_bool = 16,
  type_int8 = 20,
  type_text = 25,
  type_timestamptz = 1184,
  type_int8_array = 1016,
  type_text_array = 1009,
  type_timestamptz_array = 1185
};

// PostgreSQL counts microseconds since 2000-01-01 UTC.
constexpr std::int64_t epoch_offset = 946'684'800'000'000;

std::string encoded(std::int64_t value) {
  return big_endian(value);
}
std::string encoded(std::string_view value) {
  return to_stored(value);
}
std::string encoded(Timestamp value) {
  return big_endian(std::int64_t{value.time_since_epoch().count() - epoch_offset});
}

// One dimension, nothing null, indexes from 1.
template <class Value>
Parameter array(Type type, Type element, const std::vector<Value>& values) {
  std::string bytes = big_endian(std::int32_t{values.empty() ? 0 : 1}) + big_endian(std::int32_t{0}) +
                      big_endian(static_cast<std::uint32_t>(element));
  if (!values.empty()) {
    bytes += big_endian(static_cast<std::int32_t>(values.size())) + big_endian(std::int32_t{1});
  }
  for (const Value& value : values) {
    const std::string one = encoded(value);
    bytes += big_endian(static_cast<std::int32_t>(one.size()));
    bytes += one;
  }
  return {.type = type, .bytes = std::move(bytes)};
}

}  // namespace

Parameter parameter(std::int64_t value) {
  return {.type = type_int8, .bytes = encoded(value)};
}
Parameter parameter(std::string_view value) {
  return {.type = type_text, .bytes = encoded(value)};
}
Parameter parameter(Timestamp value) {
  return {.type = type_timestamptz, .bytes = encoded(value)};
}
Parameter boolean_parameter(bool value) {
  return {.type = type_bool, .bytes = std::string(1, value ? '\1' : '\0')};
}
Parameter parameter(const std::vector<std::int64_t>& values) {
  return array(type_int8_array, type_int8, values);
}
Parameter parameter(const std::vector<std::string_view>& values) {
  return array(type_text_array, type_text, values);
}
Parameter parameter(const std::vector<Timestamp>& values) {
  return array(type_timestamptz_array, type_timestamptz, values);
}

void Rows::Clear::operator()(pg_result* result) const noexcept {
  PQclear(result);
}

bool Rows::next() noexcept {
  return ++row_ < PQntuples(result_.get());
}

std::int64_t Rows::changed() const {
  const std::string_view count = PQcmdTuples(result_.get());
  std::int64_t changed = 0;
  std::from_chars(count.data(), count.data() + count.size(), changed);
  return changed;
}

std::string_view Rows::command() const noexcept {
  return PQcmdStatus(result_.get());
}

bool Rows::is_null(int column) const noexcept {
  return PQgetisnull(result_.get(), row_, column) != 0;
}

std::string_view Rows::bytes(int column) const noexcept {
  return {PQgetvalue(result_.get(), row_, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
}

std::int64_t Rows::integer(int column) const noexcept {
  const std::string_view value = bytes(column);
  // The sign is in the first byte, whatever the width.
  std::uint64_t number = !value.empty() && (static_cast<unsigned char>(value.front()) & 0x80U) != 0
                             ? std::numeric_limits<std::uint64_t>::max()
                             : 0;
  for (const char byte : value) number = number << 8U | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

std::string Rows::text(int column) const {
  return from_stored(bytes(column));
}

Timestamp Rows::time(int column) const noexcept {
  return Timestamp(std::chrono::microseconds(integer(column) + epoch_offset));
}

}  // namespace chatserver::store::postgres
