#include "config/help.hpp"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "config/command_line.hpp"
#include "config/setting.hpp"

namespace chatserver::config {
namespace {

constexpr std::string_view commands_help = R"(chatserver: a real-time chat server

Usage: chatserver [COMMAND] [--config FILE] [--section.key=VALUE …]

Commands:
  run                       the server, in the foreground (the default)
  check-config              print the effective settings and where each comes from
  user add NAME [--admin]   make a local account (asks for a password; or
                            --password-stdin: the first line of standard input)
  user list                 print all accounts
  user passwd NAME          give an account a new password (or --password-stdin)
  user role NAME ROLE       make an account an admin or an ordinary user
  user disable NAME         end its sessions and let it sign in no more
  user enable NAME          let it sign in again
  invite [--uses N]         print a link by which one account (or N) can be made
        [--ttl DURATION]    how long it is valid; 7d when not given
  setup-link                print a new link that makes the first admin
  token NAME                print an access token of the embedded issuer
        [--client ID]       ChatClient (the default) or WebClient
        [--ttl DURATION]    how long it is valid; 1h when not given
  keys rotate [--drop-old]  sign tokens with a new key; the old one still verifies
                            until its tokens have expired (--drop-old: no more)
  migrate [--check]         bring the database to this version's schema
  --help, --version         also COMMAND --help

Exit codes: 0 ended as asked; 1 failed while running; 2 command line or settings
are wrong; 3 something outside is missing.

Settings: defaults < TOML file (--config, else ./chatserver.toml, else
/etc/chatserver/chatserver.toml) < environment (CHATSERVER_SECTION_KEY) < flags.
Durations need a unit (ms s m h d), sizes too (B KiB MiB GiB KB MB GB); lists are
separated by commas. store.url and cache.url may be given as store.url_file …
)";

}  // namespace

std::string program_help() {
  std::string help(commands_help);
  const Settings defaults = default_settings();
  for (const Setting& setting : setting_table()) {
    const std::string value = setting.show(defaults);
    fmt::format_to(std::back_inserter(help), "\n  --{}={}\n      {}\n", setting.key, value, setting.help);
  }
  return help;
}

std::string describe(const Settings& settings, const Sources& sources) {
  std::string lines;
  for (const Setting& setting : setting_table()) {
    const auto source = sources.find(setting.key);
    fmt::format_to(std::back_inserter(lines), "{} = {}   # {}\n", setting.key, setting.show_masked(settings),
                   source == sources.end() ? "default" : source->second);
  }
  return lines;
}

}  // namespace chatserver::config
