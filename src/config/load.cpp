#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/command_line.hpp"
#include "config/command_parser.hpp"
#include "config/entry.hpp"
#include "config/relations.hpp"
#include "config/setting.hpp"

namespace chatserver::config {
namespace {

constexpr std::array<const char*, 2> default_config_files{"chatserver.toml",
                                                          "/etc/chatserver/chatserver.toml"};

Entries read_config_file(const std::optional<std::string>& named, const Surroundings& surroundings) {
  if (named) {
    const auto content = surroundings.read_file(*named);
    if (content) return read_toml(*content, *named);
    const bool missing = content.error() == ReadError::missing;
    return std::unexpected(
        fmt::format("{}: {} (given by --config)", *named, missing ? "no such file" : "cannot be read"));
  }
  for (const char* file : default_config_files) {
    const auto content = surroundings.read_file(file);
    if (content) return read_toml(*content, file);
    if (content.error() == ReadError::unreadable)
      return std::unexpected(fmt::format("{}: cannot be read", file));
  }
  return std::vector<Entry>{};
}

// A setting that an entry's key means, directly or by its `_file`.
struct Meaning {
  const Setting* setting = nullptr;
  bool in_file = false;
};

Meaning meaning_of(std::string_view key) {
  if (const Setting* setting = find_setting(key)) return {setting, false};
  constexpr std::string_view file_suffix = "_file";
  if (key.ends_with(file_suffix)) {
    const Setting* setting = find_setting(key.substr(0, key.size() - file_suffix.size()));
    if (setting != nullptr && setting->secret) return {setting, true};
  }
  return {};
}

class Layers {
 public:
  explicit Layers(const Surroundings& surroundings) : surroundings_(surroundings) {}

  // Puts one source on top of those before it; the error is a whole message.
  std::optional<std::string> add(const Entries& entries) {
    if (!entries) return entries.error();
    std::map<std::string_view, std::string_view> given;  // setting → key that gave it, in this source
    for (const Entry& entry : *entries) {
      const auto complain = [&entry](std::string_view problem) {
        return fmt::format("{}: {}: {}", entry.origin, entry.key, problem);
      };
      const auto [setting, in_file] = meaning_of(entry.key);
      if (setting == nullptr) return complain("no such setting" + suggestion(entry.key));

      const auto [first, is_first] = given.emplace(setting->key, entry.key);
      if (!is_first && first->second != entry.key) {
        return complain(fmt::format("give {0} or {0}_file, not both", setting->key));
      }
      const auto value =
          in_file ? secret_in_file(entry.value) : std::expected<Value, std::string>(entry.value);
      if (!value) return complain(value.error());
      if (const auto problem = setting->set(settings, *value)) return complain(*problem);
      sources.insert_or_assign(std::string(setting->key), entry.origin);
    }
    return std::nullopt;
  }

  Settings settings = default_settings();
  Sources sources;

 private:
  std::expected<Value, std::string> secret_in_file(const Value& name) const {
    const auto* untyped = std::get_if<Untyped>(&name);
    const auto* path = untyped != nullptr ? &untyped->text : std::get_if<std::string>(&name);
    if (path == nullptr) return std::unexpected("must be the name of a file");
    auto content = surroundings_.read_file(*path);
    if (!content) {
      const bool missing = content.error() == ReadError::missing;
      return std::unexpected(fmt::format("{}: {}", *path, missing ? "no such file" : "cannot be read"));
    }
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    return Value(std::move(*content));
  }

  const Surroundings& surroundings_;
};

std::string variable(const Surroundings& surroundings, const char* name) {
  const auto found = surroundings.environment.find(name);
  return found == surroundings.environment.end() ? "" : found->second;
}

// XDG Base Directory Specification; relative paths in its variables do not count.
std::filesystem::path default_data_dir(const Surroundings& surroundings) {
  const std::filesystem::path data_home = variable(surroundings, "XDG_DATA_HOME");
  if (data_home.is_absolute()) return data_home / "chatserver";
  const std::filesystem::path home = variable(surroundings, "HOME");
  if (home.is_absolute()) return home / ".local/share/chatserver";
  return {};
}

// Fills in what depends on the machine or on another setting.
std::optional<std::string> complete(Settings& settings, const Surroundings& surroundings) {
  if (settings.data_dir.empty()) settings.data_dir = default_data_dir(surroundings);
  if (settings.data_dir.empty())
    return "server.data_dir: set it; without HOME and XDG_DATA_HOME it has no default";
  if (settings.server.web_root == web_root_installed)
    settings.server.web_root = surroundings.installed_web_root;
  settings.hub.recent_messages = settings.cache.messages;
  return std::nullopt;
}

}  // namespace

std::expected<Invocation, ConfigError> load(std::span<const std::string> args,
                                            const Surroundings& surroundings) {
  const auto wrong = [](std::string message) { return std::unexpected(ConfigError{std::move(message)}); };

  std::vector<std::string> command_args(args.begin(), args.end());
  const Entries flags = take_flags(command_args);
  if (!flags) return wrong(flags.error());
  auto parsed = parse_command(std::move(command_args));
  if (!parsed) return wrong(parsed.error());
  if (std::holds_alternative<ShowHelp>(parsed->command) ||
      std::holds_alternative<ShowVersion>(parsed->command)) {
    return Invocation{std::move(parsed->command), default_settings(), {}};
  }

  Layers layers(surroundings);
  if (const auto problem = layers.add(read_config_file(parsed->config_file, surroundings)))
    return wrong(*problem);
  if (const auto problem = layers.add(read_environment(surroundings.environment))) return wrong(*problem);
  if (const auto problem = layers.add(flags)) return wrong(*problem);
  if (const auto problem = complete(layers.settings, surroundings)) return wrong(*problem);
  if (const auto problem = check_relations(layers.settings, layers.sources)) return wrong(*problem);
  return Invocation{std::move(parsed->command), std::move(layers.settings), std::move(layers.sources)};
}

}  // namespace chatserver::config
