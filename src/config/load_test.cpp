#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config_test_support.hpp"
#include "config/setting.hpp"

namespace chatserver::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Load, NothingGivenMeansTheDefaults) {
  const auto loaded = Fixture{}.load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_TRUE(std::holds_alternative<config::Run>(loaded->command));
  EXPECT_THAT(loaded->settings.server.listen, ElementsAre("127.0.0.1:8080"));
  EXPECT_EQ(loaded->settings.data_dir, "/home/ada/.local/share/chatserver");
  EXPECT_EQ(loaded->settings.server.web_root, "/usr/share/chatserver/web");
  EXPECT_THAT(loaded->sources, IsEmpty());
}

TEST(Load, FlagsWinOverEnvironmentOverFileOverDefaults) {
  Fixture f;
  f.files["chatserver.toml"] = "[cache]\nmessages = 1\nbacklog_max = 1\n[store]\npool = 1\n";
  f.environment["CHATSERVER_CACHE_BACKLOG_MAX"] = "2";
  f.environment["CHATSERVER_STORE_POOL"] = "2";
  const auto loaded = f.load({"--store.pool=3"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->settings.cache.messages, 1U);
  EXPECT_EQ(loaded->settings.cache.backlog_max, 2U);
  EXPECT_EQ(loaded->settings.store.pool, 3);
  EXPECT_EQ(loaded->sources.at("cache.messages"), "chatserver.toml:2");
  EXPECT_EQ(loaded->sources.at("cache.backlog_max"), "env CHATSERVER_CACHE_BACKLOG_MAX");
  EXPECT_EQ(loaded->sources.at("store.pool"), "flag --store.pool");
}

TEST(Load, TheFirstFileThatExistsCounts) {
  Fixture f;
  f.files["/etc/chatserver/chatserver.toml"] = "[store]\npool = 1\n";
  EXPECT_EQ(f.load()->settings.store.pool, 1);
  f.files["chatserver.toml"] = "";
  EXPECT_EQ(f.load()->settings.store.pool, 4);
  f.files["my.toml"] = "[store]\npool = 2\n";
  EXPECT_EQ(f.load({"--config", "my.toml"})->settings.store.pool, 2);
  EXPECT_EQ(f.load({"check-config", "--config=my.toml"})->settings.store.pool, 2);
}

TEST(Load, AMissingNamedFileIsAnError) {
  EXPECT_EQ(Fixture{}.error({"--config", "my.toml"}), "my.toml: no such file (given by --config)");
}

TEST(Load, EveryTypeIsReadFromToml) {
  Fixture f;
  f.files["chatserver.toml"] = R"(
[server]
listen = ["127.0.0.1:0", "unix:/run/chat.sock"]
name = "Żółw"
[limits]
messages_window = "2m"
frame_bytes = "32KB"
message_chars = 1_500
[auth]
open_admin_api = true
[log]
format = "json"
)";
  const auto loaded = f.load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  const Settings& s = loaded->settings;
  EXPECT_THAT(s.server.listen, ElementsAre("127.0.0.1:0", "unix:/run/chat.sock"));
  EXPECT_EQ(s.server.name, "Żółw");
  EXPECT_EQ(s.initial_rate_limit.window, 120s);
  EXPECT_EQ(s.protocol.frame_bytes, 32'000U);
  EXPECT_EQ(s.protocol.message_chars, 1500U);
  EXPECT_TRUE(s.auth.open_admin_api);
  EXPECT_EQ(s.log.format, LogFormat::json);
}

TEST(Load, ListsAreSeparatedByCommasOutsideToml) {
  Fixture f;
  f.environment["CHATSERVER_SERVER_TRUSTED_PROXIES"] = "10.0.0.0/8, ::1";
  f.environment["CHATSERVER_AUTH_AUDIENCE"] = "";
  const auto loaded = f.load({"--server.listen", "127.0.0.1:0,[::1]:0"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_THAT(loaded->settings.server.trusted_proxies, ElementsAre("10.0.0.0/8", "::1"));
  EXPECT_THAT(loaded->settings.server.listen, ElementsAre("127.0.0.1:0", "[::1]:0"));
  EXPECT_THAT(loaded->settings.auth.audience, IsEmpty());
}

TEST(Load, CacheMessagesAreTheMessagesOfTheWelcome) {
  EXPECT_EQ(Fixture{}.load({"--cache.messages=7"})->settings.hub.recent_messages, 7U);
}

TEST(Load, DataDirFollowsXdgOrNeedsAHome) {
  Fixture f;
  f.environment["XDG_DATA_HOME"] = "relative/does/not/count";
  EXPECT_EQ(f.load()->settings.data_dir, "/home/ada/.local/share/chatserver");
  f.environment["XDG_DATA_HOME"] = "/data";
  EXPECT_EQ(f.load()->settings.data_dir, "/data/chatserver");
  f.environment.clear();
  EXPECT_THAT(f.error(), HasSubstr("server.data_dir"));
  EXPECT_EQ(f.load({"--server.data_dir=./.data"})->settings.data_dir, "./.data");
}

TEST(Load, AnEmptyWebRootTurnsTheWebAppOff) {
  EXPECT_EQ(Fixture{}.load({"--server.web_root="})->settings.server.web_root, "");
}

TEST(Load, SecretsMayComeFromFiles) {
  Fixture f;
  f.files["/run/secrets/store"] = "/data/chat.db\n";
  EXPECT_EQ(f.load({"--store.url_file=/run/secrets/store"})->settings.store.url, "/data/chat.db");
  f.environment["CHATSERVER_STORE_URL_FILE"] = "/run/secrets/store";
  EXPECT_EQ(f.load()->settings.store.url, "/data/chat.db");
  EXPECT_EQ(f.load({"--store.url=other.db"})->settings.store.url, "other.db");

  f.environment["CHATSERVER_STORE_URL"] = "other.db";
  EXPECT_EQ(f.error(),
            "env CHATSERVER_STORE_URL_FILE: store.url_file: give store.url or store.url_file, not both");
}

TEST(Load, AMissingSecretFileIsNamed) {
  EXPECT_EQ(Fixture{}.error({"--cache.url_file=nowhere"}),
            "flag --cache.url_file: cache.url_file: nowhere: no such file");
}

TEST(Load, TheManualsOrderOfValuesDoesNotMatterToRelations) {
  Fixture f;
  f.files["chatserver.toml"] = "[keepalive]\nping = \"100s\"\nidle = \"300s\"\n";
  EXPECT_EQ(f.load()->settings.hub.keepalive.ping, 100s);
}

TEST(Describe, SaysValueAndSourceAndMasksSecrets) {
  Fixture f;
  f.files["chatserver.toml"] = "[log]\nlevel = \"debug\"\n";
  const auto loaded = f.load({"check-config"});
  ASSERT_TRUE(loaded);
  Settings settings = loaded->settings;
  settings.store.url = "postgresql://chat:s3cret@db/chat";
  const std::string lines = describe(settings, loaded->sources);
  EXPECT_THAT(lines, HasSubstr("log.level = debug   # chatserver.toml:2\n"));
  EXPECT_THAT(lines, HasSubstr("keepalive.ping = 30s   # default\n"));
  EXPECT_THAT(lines, HasSubstr("store.url = postgresql://chat:********@db/chat   # default\n"));
}

}  // namespace
}  // namespace chatserver::config
