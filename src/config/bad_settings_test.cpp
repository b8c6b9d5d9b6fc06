#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config_test_support.hpp"

namespace chatserver::config {
namespace {

struct BadFile {
  const char* toml;     // begins on line 1
  const char* message;  // what must be said, in full
};

class BadFileTest : public testing::TestWithParam<BadFile> {};

TEST_P(BadFileTest, IsRefusedNamingKeyFileAndLine) {
  Fixture f;
  f.files["chatserver.toml"] = GetParam().toml;
  EXPECT_EQ(f.error(), GetParam().message);
}

constexpr BadFile bad_files[] = {
    // unknown
    {"[server]\nlisen = [\"127.0.0.1:1\"]",
     "chatserver.toml:2: server.lisen: no such setting; did you mean server.listen?"},
    {"listen = [\"127.0.0.1:1\"]", "chatserver.toml:1: listen: no such setting; did you mean server.listen?"},
    {"\n[nonsense]\nx = 1", "chatserver.toml:2: nonsense: no such setting"},
    {"[nonsense]", "chatserver.toml:1: nonsense: no such setting"},
    {"server = 1", "chatserver.toml:1: server: no such setting"},
    {"[server.listen]\nx = 1", "chatserver.toml:1: server.listen: is a table, but must be a list of texts"},
    {"[server]\nunknown_thing_here = 1\n[auth]\nalso_unknown_here = 1",
     "chatserver.toml:2: server.unknown_thing_here: no such setting"},
    {"[auth]\nca_file_file = \"x\"", "chatserver.toml:2: auth.ca_file_file: no such setting"},
    // not TOML; not the type
    {"[store]\npool = 1\npool = 2",
     "chatserver.toml:3: Error while parsing key-value pair: cannot redefine existing integer 'pool'"},
    {"[store]\npool = \"4\"", "chatserver.toml:2: store.pool: is text, but must be a whole number"},
    {"[store]\npool = 1.5",
     "chatserver.toml:2: store.pool: is a number with a fraction, but must be a whole number"},
    {"[store]\nurl = 1", "chatserver.toml:2: store.url: is a number, but must be text"},
    {"[store]\nurl_file = 1", "chatserver.toml:2: store.url_file: must be the name of a file"},
    {"[store]\ntimeout = true",
     "chatserver.toml:2: store.timeout: is true or false, but must be a duration such as \"30s\""},
    {"[cache]\ndurable = \"true\"", "chatserver.toml:2: cache.durable: is text, but must be true or false"},
    {"[auth]\naudience = [1]",
     "chatserver.toml:2: auth.audience: is a list of something else, but must be a list of texts"},
    {"[auth]\naudience = 1979-05-27",
     "chatserver.toml:2: auth.audience: is a date or time, but must be a list of texts"},
    {"[auth]\naudience = [\"\"]", "chatserver.toml:2: auth.audience: has an empty item"},
    {"[server]\nname = \"a\\nb\"", "chatserver.toml:2: server.name: must not contain control characters"},
    // out of range
    {"[store]\npool = 0", "chatserver.toml:2: store.pool: 0 is not within 1 and 64"},
    {"[limits]\nmessages = -1", "chatserver.toml:2: limits.messages: -1 is not within 1 and 1000000"},
    {"[keepalive]\nping = 30", "chatserver.toml:2: keepalive.ping: \"30\" needs a unit: ms, s, m, h or d"},
    {"[keepalive]\nping = \"0s\"", "chatserver.toml:2: keepalive.ping: 0s is not within 1ms and 24h"},
    {"[limits]\nmessages_window = \"1500ms\"",
     "chatserver.toml:2: limits.messages_window: must be whole seconds"},
    {"[limits]\nframe_bytes = 16384",
     "chatserver.toml:2: limits.frame_bytes: \"16384\" needs a unit: B, KiB, MiB, GiB, KB, MB or GB"},
    {"[limits]\nframe_bytes = \"1B\"",
     "chatserver.toml:2: limits.frame_bytes: 1B is not within 512B and 64MiB"},
    // not what the key wants
    {"[log]\nlevel = \"loud\"",
     "chatserver.toml:2: log.level: \"loud\" must be one of debug, info, warning, error, off"},
    {"[server]\nlisten = [\"8080\"]",
     "chatserver.toml:2: server.listen: \"8080\" is no address to listen on: host:port, [v6]:port or "
     "unix:/path, port 0–65535"},
    {"[server]\nlisten = []", "chatserver.toml:2: server.listen: must name at least one address"},
    {"[server]\npublic_url = \"chat.example.org\"",
     "chatserver.toml:2: server.public_url: \"chat.example.org\" must be http:// or https://, a host and at "
     "most a port"},
    {"[server]\ntrusted_proxies = [\"proxy\"]",
     "chatserver.toml:2: server.trusted_proxies: \"proxy\" is no address or CIDR block, such as 10.0.0.0/8 "
     "or ::1"},
    {"[auth]\nopen_admin_from = [\"0.0.0.0/0\"]",
     "chatserver.toml:2: auth.open_admin_from: \"0.0.0.0/0\" would open the admin API to everybody"},
    {"[server]\nname = \"1234567890123456789012345678901234567\"",
     "chatserver.toml:2: server.name: is longer than 36 characters"},
    {"[cache]\nprefix = \"a b\"",
     "chatserver.toml:2: cache.prefix: must be 1–64 letters, digits, '.', '_' or '-'"},
    {"[auth]\nissuer = \"http://id.example.org/\"",
     "chatserver.toml:2: auth.issuer: must be https: http is for loopback only"},
    // relations
    {"[keepalive]\nidle = \"20s\"",
     "chatserver.toml:2: keepalive.idle: 20s must be longer than keepalive.ping (30s, default)"},
    {"[auth]\nmode = \"oidc\"", "default: auth.issuer: is needed when auth.mode is oidc"},
    {"[auth]\nissuer = \"https://id.example.org/\"",
     "chatserver.toml:2: auth.issuer: is for an outside provider, but auth.mode is embedded"},
    {"[auth]\naudience = [\"chatserver\"]",
     "chatserver.toml:2: auth.audience: is for an outside provider, but auth.mode is embedded"},
    {"[auth]\nmode = \"oidc\"\nissuer = \"https://id.example.org/\"\n[accounts]\nregistration = \"open\"",
     "chatserver.toml:5: accounts.registration: is for the embedded issuer; with auth.mode oidc users sign "
     "up there"},
    {"[auth]\nchat_client = \"WebClient\"",
     "default: auth.dashboard_client: WebClient must differ from auth.chat_client (WebClient, "
     "chatserver.toml:2)"},
    {"[auth]\nkeys_max_stale = \"1m\"",
     "chatserver.toml:2: auth.keys_max_stale: 1m must not be shorter than auth.keys_refresh (10m, default)"},
    {"[limits]\nmessage_chars = 5000",
     "default: limits.frame_bytes: 16KiB must be at least four bytes a character of limits.message_chars "
     "(5000, "
     "chatserver.toml:2)"},
    {"[limits]\noutbox_bytes = \"8KiB\"",
     "chatserver.toml:2: limits.outbox_bytes: 8KiB must not be less than limits.frame_bytes (16KiB, "
     "default)"},
    {"[limits]\nframe_bytes = \"128KiB\"\nfeed_bytes = \"256KiB\"",
     "chatserver.toml:3: limits.feed_bytes: 256KiB must be at least four times limits.frame_bytes (128KiB, "
     "chatserver.toml:2)"},
    {"[presence]\nbytes_per_second_total = \"8KiB\"",
     "chatserver.toml:2: presence.bytes_per_second_total: 8KiB must not be less than "
     "presence.bytes_per_second (16KiB, "
     "default)"},
    {"[cache]\nbackend = \"valkey\"",
     "chatserver.toml:2: cache.backend: valkey goes with store.backend postgres, not with sqlite"},
    {"[store]\nbackend = \"postgres\"",
     "default: store.url: is needed when store.backend is postgres: postgresql://user@host/database"},
    {"[store]\nbackend = \"postgres\"\nurl = \"/var/lib/s3cret.db\"",
     "chatserver.toml:3: store.url: is no PostgreSQL URL (postgresql://user@host/database), but "
     "store.backend "
     "is postgres"},
    {"[store]\nbackend = \"postgres\"\nurl = \"host=db\"\n[cache]\nbackend = \"valkey\"",
     "default: cache.url: is needed when cache.backend is valkey: valkey://user:password@host"},
    {"[store]\nbackend = \"postgres\"\nurl = \"host=db\"\n[cache]\nbackend = \"valkey\"\nurl = "
     "\"s3cret@cache\"",
     "chatserver.toml:6: cache.url: is needed when cache.backend is valkey: valkey://user:password@host"},
    {"[cache]\nurl = \"valkey://:s3cret@cache\"",
     "chatserver.toml:2: cache.url: is for cache.backend valkey, but it is embedded"},
    {"[store]\nurl = \"postgresql://u:s3cret@db/c\"",
     "chatserver.toml:2: store.url: is a PostgreSQL URL, but store.backend is sqlite"},
};

INSTANTIATE_TEST_SUITE_P(Table, BadFileTest, testing::ValuesIn(bad_files));

TEST(BadEnvironment, UnknownVariableIsRefused) {
  Fixture f;
  f.environment["CHATSERVER_SERVER_LISTNE"] = "127.0.0.1:1";
  EXPECT_EQ(f.error(),
            "env CHATSERVER_SERVER_LISTNE: no such setting; did you mean CHATSERVER_SERVER_LISTEN?");
}

TEST(BadEnvironment, VariablesOfOtherProgramsAreLeftAlone) {
  Fixture f;
  f.environment["CHATSERVERS"] = "many";
  EXPECT_EQ(f.error(), "");
}

TEST(BadEnvironment, MalformedValueIsRefused) {
  Fixture f;
  f.environment["CHATSERVER_STORE_POOL"] = "4 ";
  EXPECT_EQ(f.error(), "env CHATSERVER_STORE_POOL: store.pool: \"4 \" must be a whole number");
}

TEST(BadFlag, UnknownOrWithoutValueIsRefused) {
  const Fixture f;
  EXPECT_EQ(f.error({"--server.lisen=x"}),
            "flag --server.lisen: server.lisen: no such setting; did you mean server.listen?");
  EXPECT_EQ(f.error({"--server.listen"}), "flag --server.listen: needs a value: --server.listen=VALUE");
  EXPECT_EQ(f.error({"--server.listen", "--config"}),
            "flag --server.listen: needs a value: --server.listen=VALUE");
  EXPECT_EQ(f.error({"--auth.open_admin_api=yes"}),
            "flag --auth.open_admin_api: auth.open_admin_api: \"yes\" must be true or false");
}

}  // namespace
}  // namespace chatserver::config
