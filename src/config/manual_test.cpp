#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "config/config_test_support.hpp"
#include "config/entry.hpp"
#include "config/setting.hpp"

namespace chatserver::config {
namespace {

// Test programs run in the repository's root.
std::string read_from_repository(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Manual, TomlFileHasEverySettingAtItsDefault) {
  const std::string manual = read_from_repository("config/chatserver.toml");
  const auto entries = read_toml(manual, "config/chatserver.toml");
  ASSERT_TRUE(entries) << entries.error();

  const Settings defaults = default_settings();
  std::set<std::string_view> documented;
  for (const Entry& entry : *entries) {
    const Setting* setting = find_setting(entry.key);
    ASSERT_NE(setting, nullptr) << entry.origin << ": " << entry.key;
    Settings read;
    EXPECT_EQ(setting->set(read, entry.value), std::nullopt) << entry.origin;
    EXPECT_EQ(setting->show(read), setting->show(defaults)) << entry.origin << ": " << entry.key;
    documented.insert(setting->key);
  }
  for (const Setting& setting : setting_table()) EXPECT_TRUE(documented.contains(setting.key)) << setting.key;
}

TEST(Manual, TomlFileIsAValidConfiguration) {
  Fixture f;
  f.files["chatserver.toml"] = read_from_repository("config/chatserver.toml");
  EXPECT_EQ(f.error(), "");
}

TEST(Manual, DocumentHasARowForEverySetting) {
  const std::string document = read_from_repository("docs/settings.md");
  const Settings defaults = default_settings();
  for (const Setting& setting : setting_table()) {
    const std::string value = setting.show(defaults);
    std::string row = "| `";
    row += setting.key;
    row += value.empty() ? "` | |" : "` | `" + value + "` |";
    EXPECT_TRUE(document.contains(row)) << "docs/settings.md lacks: " << row << " " << setting.help << " |";
  }
}

TEST(SettingTable, EveryKeyHasASectionAHelpAndItsOwnVariable) {
  std::set<std::string> variables;
  for (const Setting& setting : setting_table()) {
    EXPECT_NE(setting.key.find('.'), std::string_view::npos) << setting.key;
    EXPECT_FALSE(setting.help.empty()) << setting.key;
    EXPECT_TRUE(variables.insert(environment_name(setting.key)).second) << setting.key;
  }
  EXPECT_EQ(environment_name("server.data_dir"), "CHATSERVER_SERVER_DATA_DIR");
}

TEST(SettingTable, WhatIsShownCanBeReadBack) {
  const Settings defaults = default_settings();
  for (const Setting& setting : setting_table()) {
    Settings read;
    EXPECT_EQ(setting.set(read, Untyped{setting.show(defaults)}), std::nullopt) << setting.key;
    EXPECT_EQ(setting.show(read), setting.show(defaults)) << setting.key;
  }
}

}  // namespace
}  // namespace chatserver::config
