#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <variant>

#include "config/settings.hpp"
#include "config/surroundings.hpp"

namespace chatserver::config {

// What the program was asked to do.
struct Run {};
struct CheckConfig {};
struct UserAdd {
  std::string name;
  bool admin = false;
  bool password_stdin = false;  // the first line of standard input; else ask on the terminal
};
struct UserList {};
struct UserPassword {
  std::string name;
  bool password_stdin = false;
};
enum class Role { user, admin };
struct UserRole {
  std::string name;
  Role role = Role::user;
};
struct UserDisable {
  std::string name;
};
struct UserEnable {
  std::string name;
};
struct Invite {
  std::int64_t uses = 1;
  std::chrono::seconds ttl{std::chrono::hours{24 * 7}};
};
struct SetupLink {};
struct IssueToken {
  std::string name;
  std::string client = "ChatClient";
  std::chrono::seconds ttl{3600};
};
struct RotateKeys {
  bool drop_old = false;  // tokens of the old key count no more
};
struct Migrate {
  bool check = false;  // only say what would be done
};
struct ShowHelp {
  std::string text;
};
struct ShowVersion {};

using Command =
    std::variant<Run, CheckConfig, UserAdd, UserList, UserPassword, UserRole, UserDisable, UserEnable, Invite,
                 SetupLink, IssueToken, RotateKeys, Migrate, ShowHelp, ShowVersion>;

// Where each setting that is not at its default came from, by key:
// "chatserver.toml:12", "env CHATSERVER_LOG_LEVEL" or "flag".
using Sources = std::map<std::string, std::string, std::less<>>;

struct Invocation {
  Command command;
  Settings settings;  // the defaults, unchecked, with ShowHelp and ShowVersion
  Sources sources;
};

// The command line or the settings are wrong (exit code 2). `message` names the
// key and the file and line, environment variable or flag it came from.
struct ConfigError {
  std::string message;
};

// Reads command and settings: defaults < TOML file < environment < flags.
// `args` are those after the program's name. Threading: pure, but for what
// `surroundings.read_file` does.
[[nodiscard]] std::expected<Invocation, ConfigError> load(std::span<const std::string> args,
                                                          const Surroundings& surroundings);

// The effective settings as `check-config` prints them, one a line, secrets masked:
// `log.level = info   # default`.
[[nodiscard]] std::string describe(const Settings& settings, const Sources& sources);

}  // namespace chatserver::config
