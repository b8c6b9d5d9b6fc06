#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"

namespace chatserver::config {

// One value as it was written, before a setting has made sense of it.
struct Untyped {  // from the environment or a flag
  std::string text;
};
struct Unusable {  // of a TOML type that no setting has
  std::string_view type;
};
using Value = std::variant<Untyped, std::string, std::int64_t, bool, std::vector<std::string>, Unusable>;

// One setting: what reading, help, check-config and the documentation need of it.
struct Setting {
  std::string_view key;   // "section.name"
  std::string_view form;  // what may be written: "duration", "true or false" …
  std::string_view help;
  bool secret = false;  // may be given as `key_file`; is masked when shown

  // Takes the value over, or says what is wrong with it (and leaves all as it
  // was): the rest of a sentence that begins with the key. Never quotes a secret.
  std::function<std::optional<std::string>(Settings&, const Value&)> set;

  // As an operator would write it.
  std::function<std::string(const Settings&)> show;

  // As show(), fit for logs and terminals.
  [[nodiscard]] std::string show_masked(const Settings& settings) const;
};

// What counts when nothing is set, as the manual writes it: what depends on the
// machine is still empty or web_root_installed here.
[[nodiscard]] Settings default_settings();

// Value of `server.web_root` that stands for the web app of this installation.
inline constexpr std::string_view web_root_installed = "auto";

// All of them, in the order of the manual.
[[nodiscard]] const std::vector<Setting>& setting_table();

// None when there is no such key.
[[nodiscard]] const Setting* find_setting(std::string_view key);

// "server.data_dir" → "CHATSERVER_SERVER_DATA_DIR".
[[nodiscard]] std::string environment_name(std::string_view key);

}  // namespace chatserver::config
