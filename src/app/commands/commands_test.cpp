#include <deque>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "app/commands/run_command.hpp"
#include "app/issuer_url.hpp"

namespace chatserver::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr const char* good_password = "correct horse";

// Runs command lines over a data directory of its own.
struct CommandsTest : testing::Test {
  CommandsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chatserver-XXXXXX").string();
    directory = ::mkdtemp(pattern.data());
    data_dir = directory / "data";
  }
  ~CommandsTest() override { std::filesystem::remove_all(directory); }

  ExitCode run(std::vector<std::string> args, const std::string& input = "") {
    args.push_back("--server.data_dir=" + data_dir.string());
    const config::Surroundings surroundings{
        .environment = {},
        .read_file = [](const auto&) { return std::unexpected(config::ReadError::missing); },
        .installed_web_root = {}};
    const auto invocation = config::load(args, surroundings);
    EXPECT_TRUE(invocation) << invocation.error().message;
    if (!invocation) return ExitCode::usage;

    std::istringstream in(input);
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    Console console{in, out_stream, err_stream, [this](std::string_view) -> std::optional<std::string> {
                      if (typed.empty()) return std::nullopt;
                      std::string answer = typed.front();
                      typed.pop_front();
                      return answer;
                    }};
    const ExitCode code = run_command(*invocation, "1.2.3", console);
    out = out_stream.str();
    err = err_stream.str();
    return code;
  }

  ExitCode add(const std::string& name) {
    return run({"user", "add", name, "--password-stdin"}, "correct horse\n");
  }

  std::filesystem::path directory;
  std::filesystem::path data_dir;
  std::deque<std::string> typed;  // on the terminal
  std::string out;
  std::string err;
};

TEST_F(CommandsTest, FirstUserIsAddedBeforeAnyServerRan) {
  EXPECT_EQ(run({"user", "add", "ada", "--admin", "--password-stdin"}, "correct horse\n"), ExitCode::ok)
      << err;
  EXPECT_THAT(out, MatchesRegex("[0-9a-f-]{36}\n"));
  EXPECT_THAT(err, IsEmpty());
  const std::string id = out.substr(0, 36);

  EXPECT_EQ(run({"user", "list"}), ExitCode::ok);
  EXPECT_EQ(out, "ada\t" + id + "\tadmin\tactive\n");
}

TEST_F(CommandsTest, PasswordIsAskedForTwice) {
  typed = {good_password, good_password};
  EXPECT_EQ(run({"user", "add", "ada"}), ExitCode::ok) << err;
  typed = {good_password, "another one"};
  EXPECT_EQ(run({"user", "passwd", "ada"}), ExitCode::failed);
  EXPECT_THAT(err, HasSubstr("differ"));
}

TEST_F(CommandsTest, WithoutTerminalOrPasswordNobodyIsAdded) {
  EXPECT_EQ(run({"user", "add", "ada"}), ExitCode::usage);
  EXPECT_THAT(err, HasSubstr("--password-stdin"));
  EXPECT_EQ(run({"user", "add", "ada", "--password-stdin"}), ExitCode::usage);
  EXPECT_THAT(err, HasSubstr("no password"));
  EXPECT_EQ(run({"user", "list"}), ExitCode::ok);
  EXPECT_THAT(out, IsEmpty());
}

TEST_F(CommandsTest, NamesAndPasswordsThatBreakTheRulesAreRefused) {
  EXPECT_EQ(run({"user", "add", "a b", "--password-stdin"}, "correct horse\n"), ExitCode::usage);
  EXPECT_FALSE(std::filesystem::exists(data_dir));
  EXPECT_EQ(run({"user", "add", "ada", "--password-stdin"}, "short\n"), ExitCode::failed);
  EXPECT_EQ(add("ada"), ExitCode::ok);
  EXPECT_EQ(add("Ada"), ExitCode::failed);
  EXPECT_THAT(err, StartsWith("chatserver: Ada: "));
}

TEST_F(CommandsTest, RoleAndStateCanBeChanged) {
  ASSERT_EQ(add("ada"), ExitCode::ok);
  EXPECT_EQ(run({"user", "role", "ada", "admin"}), ExitCode::ok);
  EXPECT_EQ(run({"user", "list"}), ExitCode::ok);
  EXPECT_THAT(out, HasSubstr("\tadmin\tactive\n"));
  EXPECT_EQ(run({"user", "role", "ada", "user"}), ExitCode::ok);
  EXPECT_EQ(run({"user", "disable", "ada"}), ExitCode::ok);
  EXPECT_EQ(run({"user", "list"}), ExitCode::ok);
  EXPECT_THAT(out, HasSubstr("\tuser\tdisabled\n"));
  EXPECT_EQ(run({"user", "enable", "ada"}), ExitCode::ok);
  EXPECT_EQ(run({"user", "list"}), ExitCode::ok);
  EXPECT_THAT(out, HasSubstr("\tuser\tactive\n"));
}

TEST_F(CommandsTest, UnknownAccountsAreNamed) {
  ASSERT_EQ(add("ada"), ExitCode::ok);
  for (const std::vector<std::string>& args : {std::vector<std::string>{"user", "disable", "bob"},
                                               {"user", "enable", "bob"},
                                               {"user", "role", "bob", "admin"},
                                               {"user", "passwd", "bob", "--password-stdin"},
                                               {"token", "bob"}}) {
    EXPECT_EQ(run(args, "correct horse\n"), ExitCode::failed) << args[1];
    EXPECT_THAT(err, StartsWith("chatserver: bob: "));
    EXPECT_THAT(out, IsEmpty());
  }
}

TEST_F(CommandsTest, WithoutDatabaseOnlyAddMakesOne) {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"user", "list"}, {"user", "disable", "ada"}, {"token", "ada"}}) {
    EXPECT_EQ(run(args), ExitCode::unavailable);
    EXPECT_THAT(err, HasSubstr(data_dir.string()));
  }
  EXPECT_FALSE(std::filesystem::exists(data_dir));
}

TEST_F(CommandsTest, TokenIsACompactJwsOnItsOwn) {
  ASSERT_EQ(add("ada"), ExitCode::ok);
  EXPECT_EQ(run({"token", "ada", "--client", "WebClient", "--ttl", "10m"}), ExitCode::ok) << err;
  EXPECT_THAT(out, MatchesRegex("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\n"));
}

TEST_F(CommandsTest, TokenNeedsToKnowTheIssuer) {
  ASSERT_EQ(add("ada"), ExitCode::ok);
  EXPECT_EQ(run({"token", "ada", "--server.listen=127.0.0.1:0"}), ExitCode::unavailable);
  EXPECT_THAT(err, HasSubstr("server.public_url"));
  ASSERT_TRUE(write_issuer_url(data_dir, "http://localhost:4711/realms/chat"));
  EXPECT_EQ(run({"token", "ada", "--server.listen=127.0.0.1:0"}), ExitCode::ok) << err;
}

TEST_F(CommandsTest, DisabledAccountsGetNoToken) {
  ASSERT_EQ(add("ada"), ExitCode::ok);
  ASSERT_EQ(run({"user", "disable", "ada"}), ExitCode::ok);
  EXPECT_EQ(run({"token", "ada"}), ExitCode::failed);
  EXPECT_THAT(err, HasSubstr("disabled"));
}

TEST_F(CommandsTest, KeysAreRotated) {
  ASSERT_EQ(add("ada"), ExitCode::ok);
  const auto header = [&] {
    EXPECT_EQ(run({"token", "ada"}), ExitCode::ok) << err;
    return out.substr(0, out.find('.'));
  };
  const auto before = header();
  EXPECT_EQ(header(), before);
  EXPECT_EQ(run({"keys", "rotate"}), ExitCode::ok) << err;
  EXPECT_NE(header(), before);  // it names the key
}

TEST_F(CommandsTest, KeysOfAProviderAreNotOurs) {
  EXPECT_EQ(run({"keys", "rotate", "--auth.mode=oidc", "--auth.issuer=https://id.example.org/"}),
            ExitCode::usage);
  EXPECT_EQ(run({"keys", "rotate"}), ExitCode::unavailable);  // no data directory yet
  EXPECT_THAT(err, HasSubstr(data_dir.string()));
}

TEST_F(CommandsTest, AccountsOfAProviderAreNotOurs) {
  EXPECT_EQ(run({"user", "list", "--auth.mode=oidc", "--auth.issuer=https://id.example.org/"}),
            ExitCode::usage);
  EXPECT_THAT(err, HasSubstr("auth.mode"));
}

TEST_F(CommandsTest, MigrateSaysWhatItWouldDoAndDoesIt) {
  EXPECT_EQ(run({"migrate", "--check"}), ExitCode::ok) << err;
  EXPECT_THAT(out, HasSubstr("would go from schema 0"));
  EXPECT_FALSE(std::filesystem::exists(data_dir));
  EXPECT_EQ(run({"migrate"}), ExitCode::ok) << err;
  EXPECT_THAT(out, HasSubstr("went from schema 0"));
  EXPECT_EQ(run({"migrate"}), ExitCode::ok);
  EXPECT_THAT(out, HasSubstr("nothing to do"));
}

TEST_F(CommandsTest, ResultsGoToStandardOutput) {
  EXPECT_EQ(run({"check-config"}), ExitCode::ok);
  EXPECT_THAT(out, HasSubstr("log.level = info   # default\n"));
  EXPECT_EQ(run({"--help"}), ExitCode::ok);
  EXPECT_THAT(out, HasSubstr("Usage: chatserver"));
  EXPECT_EQ(run({"--version"}), ExitCode::ok);
  EXPECT_EQ(out, "chatserver 1.2.3\n");
}

}  // namespace
}  // namespace chatserver::app
