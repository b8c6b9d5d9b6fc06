#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/address.hpp"
#include "config/quantity.hpp"
#include "config/setting.hpp"

// The kinds of settings: each function makes one row of the table from a key, a
// generic lambda that gives the member (`[](auto& s) -> auto& { … }`), what is
// allowed, and the help text.
namespace chatserver::config {

template <class T>
struct Range {
  T least{};
  T most = std::numeric_limits<T>::max();
};

// Inclusive. The upper bound keeps arithmetic on durations far from overflow.
struct DurationRange {
  std::chrono::milliseconds least{1};
  std::chrono::milliseconds most = std::chrono::hours{24 * 366};
};

inline constexpr std::size_t gibibyte = std::size_t{1} << 30U;
struct SizeRange {
  std::size_t least = 1;
  std::size_t most = gibibyte;
};

template <class E>
struct Choice {
  std::string_view name;
  E value;
};

using Check = Complaint (*)(std::string_view);

// --- what was written, as the type that is wanted; the error follows the key ---
[[nodiscard]] std::expected<std::string, std::string> to_text(const Value& value);
[[nodiscard]] std::expected<std::int64_t, std::string> to_integer(const Value& value,
                                                                  Range<std::int64_t> range);
[[nodiscard]] std::expected<bool, std::string> to_boolean(const Value& value);
[[nodiscard]] std::expected<std::chrono::milliseconds, std::string> to_duration(const Value& value,
                                                                                DurationRange range);
[[nodiscard]] std::expected<std::size_t, std::string> to_size(const Value& value, SizeRange range);
[[nodiscard]] std::expected<std::vector<std::string>, std::string> to_list(const Value& value,
                                                                           Check check_item);
[[nodiscard]] std::expected<std::size_t, std::string> to_choice(const Value& value,
                                                                std::span<const std::string_view> names);
[[nodiscard]] std::string join(std::span<const std::string> items);

// Takes a parsed value over by `assign`, or passes its error on.
template <class T, class Assign>
std::optional<std::string> assign_or_complain(std::expected<T, std::string> parsed, Assign assign) {
  if (!parsed) return std::move(parsed.error());
  assign(std::move(*parsed));
  return std::nullopt;
}

template <class Member>
Setting integer(std::string_view key, Member member, Range<std::int64_t> range, std::string_view help) {
  return {.key = key,
          .form = "number",
          .help = help,
          .set =
              [member, range](Settings& s, const Value& value) {
                using T = std::remove_reference_t<decltype(member(s))>;
                return assign_or_complain(to_integer(value, range),
                                          [&](std::int64_t n) { member(s) = static_cast<T>(n); });
              },
          .show = [member](const Settings& s) { return std::to_string(member(s)); }};
}

template <class Member>
Setting boolean(std::string_view key, Member member, std::string_view help) {
  return {.key = key,
          .form = "true or false",
          .help = help,
          .set =
              [member](Settings& s, const Value& value) {
                return assign_or_complain(to_boolean(value), [&](bool b) { member(s) = b; });
              },
          .show = [member](const Settings& s) { return std::string(member(s) ? "true" : "false"); }};
}

template <class Member>
Setting duration(std::string_view key, Member member, DurationRange range, std::string_view help) {
  return {.key = key,
          .form = "duration",
          .help = help,
          .set = [member, range](Settings& s, const Value& value) -> std::optional<std::string> {
            using T = std::remove_reference_t<decltype(member(s))>;
            const auto parsed = to_duration(value, range);
            if (!parsed) return parsed.error();
            const T converted = std::chrono::duration_cast<T>(*parsed);
            if (converted != *parsed) return "must be whole seconds";
            member(s) = converted;
            return std::nullopt;
          },
          .show = [member](const Settings& s) { return format_duration(member(s)); }};
}

template <class Member>
Setting size(std::string_view key, Member member, SizeRange range, std::string_view help) {
  return {.key = key,
          .form = "size",
          .help = help,
          .set =
              [member, range](Settings& s, const Value& value) {
                return assign_or_complain(to_size(value, range),
                                          [&](std::size_t bytes) { member(s) = bytes; });
              },
          .show = [member](const Settings& s) { return format_size(member(s)); }};
}

template <class Member>
Setting text(std::string_view key, Member member, Check check, std::string_view help) {
  return {.key = key,
          .form = "text",
          .help = help,
          .set = [member, check](Settings& s, const Value& value) -> std::optional<std::string> {
            auto parsed = to_text(value);
            if (!parsed) return parsed.error();
            if (auto complaint = check(*parsed)) return complaint;
            member(s) = std::move(*parsed);
            return std::nullopt;
          },
          .show = [member](const Settings& s) { return std::string(member(s)); }};
}

template <class Member>
Setting list(std::string_view key, Member member, Check check_item, std::string_view help) {
  return {.key = key,
          .form = "list",
          .help = help,
          .set =
              [member, check_item](Settings& s, const Value& value) {
                return assign_or_complain(to_list(value, check_item), [&](std::vector<std::string> items) {
                  member(s) = std::move(items);
                });
              },
          .show = [member](const Settings& s) { return join(member(s)); }};
}

template <class Member, class E, std::size_t Count>
Setting choice(std::string_view key, Member member, const Choice<E> (&choices)[Count],
               std::string_view help) {
  std::vector<std::string_view> names;
  std::vector<E> values;
  for (const Choice<E>& c : choices) {
    names.push_back(c.name);
    values.push_back(c.value);
  }
  return {.key = key,
          .form = "choice",
          .help = help,
          .set =
              [member, names, values](Settings& s, const Value& value) {
                return assign_or_complain(to_choice(value, names),
                                          [&](std::size_t at) { member(s) = values[at]; });
              },
          .show =
              [member, names, values](const Settings& s) {
                for (std::size_t i = 0; i < values.size(); ++i) {
                  if (values[i] == member(s)) return std::string(names[i]);
                }
                return std::string();
              }};
}

[[nodiscard]] inline Setting secret(Setting setting) {
  setting.secret = true;
  return setting;
}

}  // namespace chatserver::config
