#include "config/command_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config_test_support.hpp"

namespace chatserver::config {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// The command that `args` stand for, which must be a C.
template <class C>
C parse_as(std::vector<std::string> args) {
  const auto parsed = parse_command(std::move(args));
  EXPECT_TRUE(parsed) << parsed.error();
  if (!parsed || !std::holds_alternative<C>(parsed->command)) {
    ADD_FAILURE() << "another command";
    return C{};
  }
  return std::get<C>(parsed->command);
}

TEST(CommandLine, EveryCommandIsUnderstood) {
  parse_as<config::Run>({});
  parse_as<config::Run>({"run"});
  parse_as<CheckConfig>({"check-config"});
  parse_as<UserList>({"user", "list"});
  EXPECT_EQ(parse_as<UserDisable>({"user", "disable", "ada"}).name, "ada");
  EXPECT_FALSE(parse_as<RotateKeys>({"keys", "rotate"}).drop_old);
  EXPECT_TRUE(parse_as<RotateKeys>({"keys", "rotate", "--drop-old"}).drop_old);
  EXPECT_EQ(parse_as<UserEnable>({"user", "enable", "ada"}).name, "ada");
  parse_as<SetupLink>({"setup-link"});
  EXPECT_EQ(parse_as<Invite>({"invite"}).uses, 1);
  EXPECT_EQ(parse_as<Invite>({"invite"}).ttl, std::chrono::hours(24 * 7));
  EXPECT_EQ(parse_as<Invite>({"invite", "--uses", "30"}).uses, 30);
  EXPECT_EQ(parse_as<Invite>({"invite", "--ttl", "2h"}).ttl, std::chrono::hours(2));
  EXPECT_FALSE(parse_as<Migrate>({"migrate"}).check);
  EXPECT_TRUE(parse_as<Migrate>({"migrate", "--check"}).check);
  parse_as<ShowVersion>({"--version"});

  const auto add = parse_as<UserAdd>({"user", "add", "ada", "--admin", "--password-stdin"});
  EXPECT_EQ(add.name, "ada");
  EXPECT_TRUE(add.admin);
  EXPECT_TRUE(add.password_stdin);
  EXPECT_FALSE(parse_as<UserAdd>({"user", "add", "ada"}).admin);

  EXPECT_TRUE(parse_as<UserPassword>({"user", "passwd", "ada", "--password-stdin"}).password_stdin);
  EXPECT_EQ(parse_as<UserRole>({"user", "role", "ada", "admin"}).role, Role::admin);
  EXPECT_EQ(parse_as<UserRole>({"user", "role", "ada", "user"}).role, Role::user);
}

TEST(CommandLine, TokenHasAClientAndALife) {
  const auto plain = parse_as<IssueToken>({"token", "ada"});
  EXPECT_EQ(plain.client, "ChatClient");
  EXPECT_EQ(plain.ttl, 1h);
  const auto token = parse_as<IssueToken>({"token", "ada", "--client", "WebClient", "--ttl", "90s"});
  EXPECT_EQ(token.client, "WebClient");
  EXPECT_EQ(token.ttl, 90s);
}

TEST(CommandLine, WrongOnesAreRefused) {
  const auto error = [](std::vector<std::string> args) {
    const auto parsed = parse_command(std::move(args));
    return parsed ? "" : parsed.error();
  };
  EXPECT_THAT(error({"walk"}), HasSubstr("walk"));
  EXPECT_THAT(error({"--listen=x"}), HasSubstr("--listen"));
  EXPECT_THAT(error({"user"}), HasSubstr("subcommand"));
  EXPECT_THAT(error({"user", "add"}), HasSubstr("NAME"));
  EXPECT_THAT(error({"user", "role", "ada", "god"}), HasSubstr("god"));
  EXPECT_THAT(error({"token", "ada", "--ttl", "60"}), HasSubstr("--ttl: \"60\" needs a unit"));
  EXPECT_THAT(error({"token", "ada", "--ttl", "1ms"}), HasSubstr("not within"));
  EXPECT_THAT(error({"invite", "--uses", "0"}), HasSubstr("--uses"));
  EXPECT_THAT(error({"invite", "--ttl", "7"}), HasSubstr("--ttl: \"7\" needs a unit"));
  EXPECT_THAT(error({"--config"}), HasSubstr("--config"));
}

TEST(CommandLine, SettingsAreAcceptedAroundAnyCommand) {
  const Fixture f;
  const auto loaded = f.load({"--log.level", "debug", "user", "add", "ada", "--server.data_dir=/data"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(std::get<UserAdd>(loaded->command).name, "ada");
  EXPECT_EQ(loaded->settings.log.level, LogLevel::debug);
  EXPECT_EQ(loaded->settings.data_dir, "/data");
}

TEST(CommandLine, HelpListsCommandsAndSettings) {
  const std::string help = parse_as<ShowHelp>({"--help"}).text;
  EXPECT_THAT(help, HasSubstr("user add NAME"));
  EXPECT_THAT(help, HasSubstr("--server.listen=127.0.0.1:8080"));
  EXPECT_THAT(parse_as<ShowHelp>({"token", "--help"}).text, HasSubstr("--ttl"));
  EXPECT_THAT(parse_as<ShowHelp>({"user", "add", "--help"}).text, HasSubstr("--password-stdin"));
}

TEST(CommandLine, HelpNeedsNoUsableSettings) {
  Fixture f;
  f.files["chatserver.toml"] = "nonsense";
  const auto loaded = f.load({"--help"});
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(std::holds_alternative<ShowHelp>(loaded->command));
}

}  // namespace
}  // namespace chatserver::config
