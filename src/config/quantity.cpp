#include "config/quantity.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <span>
#include <system_error>

#include <fmt/format.h>

namespace chatserver::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array duration_units{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                                    Unit{"d", 86'400'000}};
constexpr std::array size_units{
    Unit{"B", 1},     Unit{"KiB", 1LL << 10}, Unit{"MiB", 1LL << 20},   Unit{"GiB", 1LL << 30},
    Unit{"KB", 1000}, Unit{"MB", 1'000'000},  Unit{"GB", 1'000'000'000}};

// How many of the `printed` units a value is written in.
constexpr std::size_t printed_duration_units = 4;  // up to h: 24h reads better than 1d
constexpr std::size_t printed_size_units = 4;      // the binary ones

std::expected<std::int64_t, std::string> parse_quantity(std::string_view text, std::span<const Unit> units,
                                                        std::string_view unit_names) {
  const std::size_t digits_end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, digits_end);
  const std::string_view suffix = text.substr(digits_end);
  if (text.starts_with('-')) return std::unexpected("must not be negative");
  if (digits.empty())
    return std::unexpected(fmt::format("must be a whole number and a unit ({})", unit_names));
  if (suffix.empty()) return std::unexpected(fmt::format("needs a unit: {}", unit_names));

  for (const Unit& unit : units) {
    if (unit.name != suffix) continue;
    std::int64_t number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (parsed.ec != std::errc{} || number > std::numeric_limits<std::int64_t>::max() / unit.factor) {
      return std::unexpected("is too large");
    }
    return number * unit.factor;
  }
  return std::unexpected(fmt::format("has no known unit; known are {}", unit_names));
}

std::string format_quantity(std::int64_t value, std::span<const Unit> ascending_units) {
  Unit chosen = ascending_units.front();
  for (const Unit& unit : ascending_units) {
    if (value != 0 && value % unit.factor == 0) chosen = unit;
  }
  return fmt::format("{}{}", value / chosen.factor, chosen.name);
}

}  // namespace

std::expected<std::int64_t, std::string> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return std::unexpected("is too large");
  if (error != std::errc{} || end != text.data() + text.size())
    return std::unexpected("must be a whole number");
  return number;
}

std::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text) {
  const auto parsed = parse_quantity(text, duration_units, "ms, s, m, h or d");
  if (!parsed) return std::unexpected(parsed.error());
  return std::chrono::milliseconds{*parsed};
}

std::string format_duration(std::chrono::milliseconds duration) {
  if (duration.count() == 0) return "0s";
  return format_quantity(duration.count(), std::span(duration_units).first(printed_duration_units));
}

std::expected<std::size_t, std::string> parse_size(std::string_view text) {
  const auto parsed = parse_quantity(text, size_units, "B, KiB, MiB, GiB, KB, MB or GB");
  if (!parsed) return std::unexpected(parsed.error());
  return static_cast<std::size_t>(*parsed);
}

std::string format_size(std::size_t bytes) {
  return format_quantity(static_cast<std::int64_t>(bytes), std::span(size_units).first(printed_size_units));
}

}  // namespace chatserver::config
