#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/entry.hpp"

// Errors are values here, and the library is compiled in this file only.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace chatserver::config {
namespace {

std::optional<std::vector<std::string>> text_items(const toml::array& array) {
  std::vector<std::string> items;
  for (const toml::node& node : array) {
    const auto* item = node.as_string();
    if (item == nullptr) return std::nullopt;
    items.push_back(item->get());
  }
  return items;
}

Value to_value(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get();
  if (const auto* array = node.as_array()) {
    if (auto items = text_items(*array)) return std::move(*items);
    return Unusable{"a list of something else"};
  }
  if (node.is_floating_point()) return Unusable{"a number with a fraction"};
  return Unusable{node.is_table() ? "a table" : "a date or time"};
}

bool is_section(std::string_view name) {
  return std::ranges::any_of(setting_table(), [name](const Setting& setting) {
    return setting.key.size() > name.size() && setting.key.starts_with(name) &&
           setting.key[name.size()] == '.';
  });
}

struct Located {
  Entry entry;
  std::pair<toml::source_index, toml::source_index> position;  // line, column
};

}  // namespace

Entries read_toml(std::string_view document, std::string_view name) {
  const toml::parse_result parsed = toml::parse(document);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return std::unexpected(fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
  }

  std::vector<Located> found;
  const auto add = [&](std::string key, Value value, const toml::key& at) {
    const toml::source_position where = at.source().begin;
    found.push_back({{std::move(key), std::move(value), fmt::format("{}:{}", name, where.line)},
                     {where.line, where.column}});
  };
  for (const auto& [section, node] : parsed.table()) {
    const toml::table* keys = node.as_table();
    if (keys == nullptr || !is_section(section.str())) {
      add(std::string(section.str()), Unusable{"no section"}, section);
      continue;
    }
    for (const auto& [key, value] : *keys)
      add(fmt::format("{}.{}", section.str(), key.str()), to_value(value), key);
  }

  // The library sorts by name; the first mistake to report is the topmost.
  std::ranges::sort(found, {}, &Located::position);
  std::vector<Entry> entries;
  entries.reserve(found.size());
  for (Located& located : found) entries.push_back(std::move(located.entry));
  return entries;
}

}  // namespace chatserver::config
