#include "config/command_parser.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/help.hpp"
#include "config/quantity.hpp"

namespace chatserver::config {
namespace {

constexpr std::chrono::hours ttl_max{24 * 366};
constexpr std::int64_t invite_uses_max = 10'000;

// CLI11 stores what it parses through references, so that the grammar is an
// object: one parse, then command().
class Grammar {
 public:
  Grammar() {
    app_.name("chatserver");
    app_.set_version_flag("--version", "");
    app_.add_option("--config", config_file_, "TOML file with settings")->type_name("FILE");
    app_.require_subcommand(0, 1);
    app_.fallthrough();

    on(app_, "run", "the server, in the foreground (the default)", [] { return Run{}; });
    on(app_, "check-config", "print the effective settings and where each comes from",
       [] { return CheckConfig{}; });
    add_user_commands();
    add_link_commands();

    auto& token = on(app_, "token", "print an access token of the embedded issuer",
                     [this] { return IssueToken{.name = name_, .client = client_, .ttl = ttl_}; });
    add_name(token);
    token.add_option("--client", client_, "client id: ChatClient or WebClient")->type_name("ID");
    token
        .add_option_function<std::string>(
            "--ttl", [this](const std::string& text) { ttl_ = parse_ttl(text); },
            "how long it is valid, such as 10m; 1h when not given")
        ->type_name("DURATION");

    add_key_commands();

    auto& migrate = on(app_, "migrate", "bring the database to this version's schema",
                       [this] { return Migrate{.check = check_}; });
    migrate.add_flag("--check", check_, "only say what would be done");
  }

  std::expected<ParsedCommand, std::string> parse(std::vector<std::string> args) {
    std::ranges::reverse(args);  // what CLI11 wants
    try {
      app_.parse(std::move(args));
    } catch (const CLI::CallForHelp&) {
      return ParsedCommand{ShowHelp{app_.get_subcommands().empty() ? program_help() : app_.help()}, {}};
    } catch (const CLI::CallForVersion&) {
      return ParsedCommand{ShowVersion{}, {}};
    } catch (const CLI::ParseError& error) {
      return std::unexpected(fmt::format("{} (chatserver --help lists commands and settings)", error.what()));
    }
    ParsedCommand parsed{make_command_(), {}};
    if (app_.count("--config") > 0) parsed.config_file = config_file_;
    return parsed;
  }

 private:
  CLI::App& on(CLI::App& parent, std::string name, std::string help, std::function<Command()> make) {
    CLI::App* command = parent.add_subcommand(std::move(name), std::move(help));
    command->fallthrough();
    command->final_callback([this, make = std::move(make)] { make_command_ = make; });
    return *command;
  }

  void add_name(CLI::App& command) {
    command.add_option("NAME", name_, "the account's user name")->required()->type_name("");
  }

  void add_password(CLI::App& command) {
    command.add_flag("--password-stdin", password_stdin_,
                     "take the password from the first line of standard input instead of asking for it");
  }

  void add_user_commands() {
    CLI::App& user = *app_.add_subcommand("user", "local accounts of the embedded issuer");
    user.require_subcommand(1);
    user.fallthrough();

    auto& add = on(user, "add", "make an account; prints its id", [this] {
      return UserAdd{.name = name_, .admin = admin_, .password_stdin = password_stdin_};
    });
    add_name(add);
    add.add_flag("--admin", admin_, "the account may administer");
    add_password(add);

    on(user, "list", "print all accounts", [] { return UserList{}; });

    auto& passwd = on(user, "passwd", "give an account a new password",
                      [this] { return UserPassword{.name = name_, .password_stdin = password_stdin_}; });
    add_name(passwd);
    add_password(passwd);

    auto& role = on(user, "role", "make an account an admin or an ordinary user", [this] {
      return UserRole{.name = name_, .role = role_ == "admin" ? Role::admin : Role::user};
    });
    add_name(role);
    role.add_option("ROLE", role_, "admin or user")
        ->required()
        ->check(CLI::IsMember({"admin", "user"}))
        ->type_name("");

    add_name(on(user, "disable", "end the account's sessions and let it sign in no more",
                [this] { return UserDisable{name_}; }));
    add_name(
        on(user, "enable", "let a disabled account sign in again", [this] { return UserEnable{name_}; }));
  }

  void add_key_commands() {
    CLI::App& keys = *app_.add_subcommand("keys", "the signing keys of the embedded issuer");
    keys.require_subcommand(1);
    keys.fallthrough();
    auto& rotate = on(keys, "rotate", "sign with a new key from now on; the old one still verifies",
                      [this] { return RotateKeys{.drop_old = drop_old_}; });
    rotate.add_flag("--drop-old", drop_old_,
                    "refuse what the old key has signed, at once: for a key that somebody may have read");
  }

  void add_link_commands() {
    auto& invite = on(app_, "invite", "print a link by which an account can be made",
                      [this] { return Invite{.uses = uses_, .ttl = invite_ttl_}; });
    invite.add_option("--uses", uses_, "how many accounts; 1 when not given")
        ->check(CLI::Range(std::int64_t{1}, invite_uses_max))
        ->type_name("N");
    invite
        .add_option_function<std::string>(
            "--ttl", [this](const std::string& text) { invite_ttl_ = parse_ttl(text); },
            "how long it is valid, such as 2h; 7d when not given")
        ->type_name("DURATION");
    on(app_, "setup-link", "print a new link that makes the first admin", [] { return SetupLink{}; });
  }

  static std::chrono::seconds parse_ttl(const std::string& text) {
    const auto parsed = parse_duration(text);
    if (!parsed) throw CLI::ValidationError("--ttl", fmt::format("\"{}\" {}", text, parsed.error()));
    const auto ttl = std::chrono::duration_cast<std::chrono::seconds>(*parsed);
    if (ttl < std::chrono::seconds{1} || ttl > ttl_max) {
      throw CLI::ValidationError("--ttl",
                                 fmt::format("{} is not within 1s and {}", text, format_duration(ttl_max)));
    }
    return ttl;
  }

  CLI::App app_;
  std::function<Command()> make_command_ = [] { return Run{}; };
  std::string config_file_;
  std::string name_;
  std::string role_;
  std::string client_ = IssueToken{}.client;
  std::chrono::seconds ttl_ = IssueToken{}.ttl;
  std::int64_t uses_ = Invite{}.uses;
  std::chrono::seconds invite_ttl_ = Invite{}.ttl;
  bool admin_ = false;
  bool password_stdin_ = false;
  bool check_ = false;
  bool drop_old_ = false;
};

}  // namespace

std::expected<ParsedCommand, std::string> parse_command(std::vector<std::string> args) {
  return Grammar().parse(std::move(args));
}

}  // namespace chatserver::config
