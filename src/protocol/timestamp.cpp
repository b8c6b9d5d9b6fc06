#include "protocol/timestamp.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"

namespace chatserver::protocol {
namespace {

using std::chrono::microseconds;

void append_padded(std::string& out, std::int64_t value, std::size_t digits) {
  const std::string text = std::to_string(value);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

void append_time(std::string& out, std::chrono::hh_mm_ss<microseconds> time) {
  append_padded(out, time.hours().count(), 2);
  out += ':';
  append_padded(out, time.minutes().count(), 2);
  out += ':';
  append_padded(out, time.seconds().count(), 2);
}

void append_fraction(std::string& out, microseconds fraction) {
  out += '.';
  append_padded(out, fraction.count(), 6);
}

void append_date(std::string& out, std::chrono::sys_days day) {
  const std::chrono::year_month_day civil(day);
  check(civil.year() >= std::chrono::year(0) && civil.year() <= std::chrono::year(9999),
        "RFC 3339 has four digits of year");
  append_padded(out, static_cast<int>(civil.year()), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(civil.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(civil.day()), 2);
}

}  // namespace

std::string rfc3339(Timestamp at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::hh_mm_ss<microseconds> time(at - day);
  std::string out;
  out.reserve(std::string_view("2026-01-01T00:00:00.000000Z").size());
  append_date(out, day);
  out += 'T';
  append_time(out, time);
  append_fraction(out, time.subseconds());
  out += 'Z';
  return out;
}

std::string date(std::chrono::sys_days day) {
  std::string out;
  append_date(out, day);
  return out;
}

std::string duration(microseconds length) {
  check(length >= microseconds::zero(), "a duration is not negative");
  const std::chrono::hh_mm_ss<microseconds> time(length);
  std::string out;
  append_time(out, time);
  if (time.subseconds() != microseconds::zero()) append_fraction(out, time.subseconds());
  return out;
}

}  // namespace chatserver::protocol
