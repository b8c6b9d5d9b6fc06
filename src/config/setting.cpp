#include "config/setting.hpp"

#include <algorithm>
#include <cstddef>

#include "config/address.hpp"

namespace chatserver::config {

std::string Setting::show_masked(const Settings& settings) const {
  std::string shown = show(settings);
  return secret ? mask_secrets(shown) : shown;
}

Settings default_settings() {
  Settings settings;
  settings.server.web_root = web_root_installed;
  return settings;
}

const Setting* find_setting(std::string_view key) {
  const auto& table = setting_table();
  const auto found = std::ranges::find(table, key, &Setting::key);
  return found == table.end() ? nullptr : &*found;
}

std::string environment_name(std::string_view key) {
  std::string name = "CHATSERVER_";
  for (const char c : key) {
    if (c == '.') {
      name += '_';
    } else {
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return name;
}

}  // namespace chatserver::config
