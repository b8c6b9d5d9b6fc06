#include "config/entry.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>

#include <fmt/format.h>

namespace chatserver::config {
namespace {

constexpr std::string_view environment_prefix = "CHATSERVER_";
constexpr std::string_view file_suffix = "_file";

// Levenshtein's distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

// The key a variable stands for, "_file" included; none when it stands for none.
std::optional<std::string> key_of_variable(std::string_view variable) {
  for (const Setting& setting : setting_table()) {
    const std::string name = environment_name(setting.key);
    if (variable == name) return std::string(setting.key);
    if (setting.secret && variable == name + "_FILE") return fmt::format("{}{}", setting.key, file_suffix);
  }
  return std::nullopt;
}

std::string nearest_variable(std::string_view variable) {
  const auto distance = [variable](const Setting& s) {
    return edit_distance(variable, environment_name(s.key));
  };
  const Setting& nearest = *std::ranges::min_element(setting_table(), {}, distance);
  return distance(nearest) <= 3 ? fmt::format("; did you mean {}?", environment_name(nearest.key)) : "";
}

}  // namespace

std::string suggestion(std::string_view key) {
  for (const Setting& setting : setting_table()) {
    const bool lacks_section = setting.key.size() > key.size() && setting.key.ends_with(key) &&
                               setting.key[setting.key.size() - key.size() - 1] == '.';
    if (lacks_section) return fmt::format("; did you mean {}?", setting.key);
  }
  const auto distance = [key](const Setting& s) { return edit_distance(key, s.key); };
  const Setting& nearest = *std::ranges::min_element(setting_table(), {}, distance);
  return distance(nearest) <= 3 ? fmt::format("; did you mean {}?", nearest.key) : "";
}

Entries read_environment(const std::map<std::string, std::string>& environment) {
  std::vector<Entry> entries;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(environment_prefix)) continue;
    const auto key = key_of_variable(name);
    if (!key) return std::unexpected(fmt::format("env {}: no such setting{}", name, nearest_variable(name)));
    entries.push_back({*key, Untyped{value}, fmt::format("env {}", name)});
  }
  return entries;
}

Entries take_flags(std::vector<std::string>& args) {
  std::vector<Entry> entries;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view arg = args[i];
    if (arg == "--") {
      others.insert(others.end(), args.begin() + static_cast<std::ptrdiff_t>(i), args.end());
      break;
    }
    const std::size_t equals = std::min(arg.find('='), arg.size());
    const std::string_view flag = arg.substr(0, equals);
    if (!flag.starts_with("--") || !flag.contains('.')) {
      others.emplace_back(arg);
      continue;
    }
    Entry entry{std::string(flag.substr(2)), Untyped{}, fmt::format("flag {}", flag)};
    if (equals < arg.size()) {
      entry.value = Untyped{std::string(arg.substr(equals + 1))};
    } else if (i + 1 < args.size() && !args[i + 1].starts_with("--")) {
      entry.value = Untyped{args[++i]};
    } else {
      return std::unexpected(fmt::format("{}: needs a value: {}=VALUE", entry.origin, flag));
    }
    entries.push_back(std::move(entry));
  }
  args = std::move(others);
  return entries;
}

}  // namespace chatserver::config
