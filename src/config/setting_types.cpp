#include "config/setting_types.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace chatserver::config {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

// "is a number, but must be text".
std::string wrong_type(const Value& value, std::string_view wanted) {
  const std::string_view given =
      std::visit(Overloaded{
                     [](const Untyped&) { return std::string_view("text"); },
                     [](const std::string&) { return std::string_view("text"); },
                     [](std::int64_t) { return std::string_view("a number"); },
                     [](bool) { return std::string_view("true or false"); },
                     [](const std::vector<std::string>&) { return std::string_view("a list"); },
                     [](const Unusable& unusable) { return unusable.type; },
                 },
                 value);
  return fmt::format("is {}, but must be {}", given, wanted);
}

const std::string* written_text(const Value& value) {
  if (const auto* untyped = std::get_if<Untyped>(&value)) return &untyped->text;
  return std::get_if<std::string>(&value);
}

std::string_view trim(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// Nothing at all is the empty list.
std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; !text.empty() && begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    items.emplace_back(trim(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return items;
}

std::string quoted(std::string_view text, std::string_view problem) {
  return fmt::format("\"{}\" {}", text, problem);
}

// Durations and sizes: a bare TOML number gets the same answer as "30".
std::expected<std::string, std::string> quantity_text(const Value& value, std::string_view wanted) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const std::string* text = written_text(value)) return *text;
  return std::unexpected(wrong_type(value, wanted));
}

}  // namespace

std::expected<std::string, std::string> to_text(const Value& value) {
  const std::string* text = written_text(value);
  if (text == nullptr) return std::unexpected(wrong_type(value, "text"));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (std::ranges::any_of(*text, is_control)) return std::unexpected("must not contain control characters");
  return *text;
}

std::expected<std::int64_t, std::string> to_integer(const Value& value, Range<std::int64_t> range) {
  std::int64_t number = 0;
  if (const auto* untyped = std::get_if<Untyped>(&value)) {
    const auto parsed = parse_integer(untyped->text);
    if (!parsed) return std::unexpected(quoted(untyped->text, parsed.error()));
    number = *parsed;
  } else if (const auto* typed = std::get_if<std::int64_t>(&value)) {
    number = *typed;
  } else {
    return std::unexpected(wrong_type(value, "a whole number"));
  }
  if (number < range.least || number > range.most) {
    return std::unexpected(fmt::format("{} is not within {} and {}", number, range.least, range.most));
  }
  return number;
}

std::expected<bool, std::string> to_boolean(const Value& value) {
  if (const auto* typed = std::get_if<bool>(&value)) return *typed;
  if (const auto* untyped = std::get_if<Untyped>(&value)) {
    if (untyped->text == "true") return true;
    if (untyped->text == "false") return false;
    return std::unexpected(quoted(untyped->text, "must be true or false"));
  }
  return std::unexpected(wrong_type(value, "true or false"));
}

std::expected<std::chrono::milliseconds, std::string> to_duration(const Value& value, DurationRange range) {
  const auto text = quantity_text(value, "a duration such as \"30s\"");
  if (!text) return std::unexpected(text.error());
  const auto parsed = parse_duration(*text);
  if (!parsed) return std::unexpected(quoted(*text, parsed.error()));
  if (*parsed < range.least || *parsed > range.most) {
    return std::unexpected(fmt::format("{} is not within {} and {}", *text, format_duration(range.least),
                                       format_duration(range.most)));
  }
  return *parsed;
}

std::expected<std::size_t, std::string> to_size(const Value& value, SizeRange range) {
  const auto text = quantity_text(value, "a size such as \"16KiB\"");
  if (!text) return std::unexpected(text.error());
  const auto parsed = parse_size(*text);
  if (!parsed) return std::unexpected(quoted(*text, parsed.error()));
  if (*parsed < range.least || *parsed > range.most) {
    return std::unexpected(
        fmt::format("{} is not within {} and {}", *text, format_size(range.least), format_size(range.most)));
  }
  return *parsed;
}

std::expected<std::vector<std::string>, std::string> to_list(const Value& value, Check check_item) {
  std::vector<std::string> items;
  if (const auto* typed = std::get_if<std::vector<std::string>>(&value)) {
    items = *typed;
  } else if (const std::string* text = written_text(value)) {
    items = split_at_commas(*text);
  } else {
    return std::unexpected(wrong_type(value, "a list of texts"));
  }
  for (const std::string& item : items) {
    if (item.empty()) return std::unexpected("has an empty item");
    const auto as_text = to_text(Value(item));
    if (!as_text) return std::unexpected(as_text.error());
    if (auto complaint = check_item(item)) return std::unexpected(*complaint);
  }
  return items;
}

std::expected<std::size_t, std::string> to_choice(const Value& value,
                                                  std::span<const std::string_view> names) {
  const std::string* text = written_text(value);
  const std::string allowed = fmt::format("{}", fmt::join(names, ", "));
  if (text == nullptr) return std::unexpected(wrong_type(value, fmt::format("one of {}", allowed)));
  const auto found = std::ranges::find(names, *text);
  if (found == names.end()) return std::unexpected(quoted(*text, fmt::format("must be one of {}", allowed)));
  return static_cast<std::size_t>(found - names.begin());
}

std::string join(std::span<const std::string> items) {
  return fmt::format("{}", fmt::join(items, ","));
}

}  // namespace chatserver::config
