#include "auth/issuer/clients.hpp"

#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

const Clients clients =
    default_clients({.chat_client = "ChatClient",
                     .dashboard_client = "WebClient",
                     .public_url = "https://chat.example/",
                     .cors_origins = {"https://app.example", "*", "null", "app.example"}});

RedirectMatch match(std::string_view client, std::string_view uri) {
  return match_redirect(*clients.find(client), uri);
}

TEST(ClientsTest, OnlyRegisteredOnesAreFound) {
  EXPECT_NE(clients.find("ChatClient"), nullptr);
  EXPECT_NE(clients.find("WebClient"), nullptr);
  for (const auto* id : {"", "chatclient", "ChatClient ", "account"})
    EXPECT_EQ(clients.find(id), nullptr) << id;
}

TEST(ClientsTest, RegisteredRedirectsMatchToTheLetter) {
  for (const auto* uri : {"https://chat.example/", "https://chat.example/callback"}) {
    EXPECT_EQ(match("ChatClient", uri), RedirectMatch::registered) << uri;
    EXPECT_EQ(match("WebClient", uri), RedirectMatch::registered) << uri;
  }
  for (const auto* uri :
       {"https://chat.example/admin", "https://chat.example/admin/callback", "https://app.example/",
        "https://app.example/callback", "https://app.example/admin", "https://app.example/admin/callback"}) {
    EXPECT_EQ(match("WebClient", uri), RedirectMatch::registered) << uri;
    EXPECT_EQ(match("ChatClient", uri), RedirectMatch::foreign) << uri;
  }
}

TEST(ClientsTest, NativeAppMayListenOnAnyPortOfItsMachine) {
  for (const auto* uri :
       {"http://127.0.0.1:1337/callback", "http://localhost:1337/callback", "http://[::1]:1/callback",
        "http://127.0.0.1:65535/callback", "http://localhost/callback"}) {
    EXPECT_EQ(match("ChatClient", uri), RedirectMatch::loopback) << uri;
    EXPECT_EQ(match("WebClient", uri), RedirectMatch::foreign) << uri;
  }
}

TEST(ClientsTest, EverythingElseIsForeign) {
  for (const auto* uri : {
           "",
           "/callback",
           "https://chat.example",
           "https://chat.example//",
           "https://chat.example/callback?",
           "https://chat.example/callback#x",
           "https://chat.example/callback/",
           "https://chat.example/Callback",
           "https://CHAT.example/callback",
           "https://chat.example:443/callback",
           "http://chat.example/callback",
           "https://chat.example.evil/callback",
           "https://chat.example@evil.example/callback",
           "https://chat.example/callback/../../evil",
           "*/callback",
           "null/callback",
           "https://127.0.0.1:1337/callback",
           "http://127.0.0.1:1337/",
           "http://127.0.0.1:1337/callback?x=y",
           "http://127.0.0.1:1337/evil/callback",
           "http://127.0.0.1:0/callback",
           "http://127.0.0.1:01337/callback",
           "http://127.0.0.1:65536/callback",
           "http://127.0.0.1:/callback",
           "http://127.0.0.1:+1/callback",
           "http://127.0.0.1:1337@evil.example/callback",
           "http://127.0.0.1.evil.example/callback",
           "http://127.0.0.1evil/callback",
           "http://127.0.0.2:1337/callback",
           "http://localhost.evil.example:1337/callback",
           "http://localhost@evil.example/callback",
           "http://user@localhost:1337/callback",
           "http://[::1:1337/callback",
           "http://evil.example/http://localhost:1337/callback",
       }) {
    EXPECT_EQ(match("ChatClient", uri), RedirectMatch::foreign) << uri;
    EXPECT_EQ(match("WebClient", uri), RedirectMatch::foreign) << uri;
  }
}

// The embedded default: the web app's own address is on loopback and needs no click.
TEST(ClientsTest, WebAppOnLoopbackIsRegisteredAllTheSame) {
  const auto local = default_clients(
      {.chat_client = "ChatClient", .dashboard_client = "WebClient", .public_url = "http://localhost:8080"});
  EXPECT_EQ(match_redirect(*local.find("ChatClient"), "http://localhost:8080/callback"),
            RedirectMatch::registered);
  EXPECT_EQ(match_redirect(*local.find("ChatClient"), "http://localhost:8081/callback"),
            RedirectMatch::loopback);
}

// Whatever listens there in the place of a development server gets no code without a click.
TEST(ClientsTest, OriginsOnTheMachineNeedAClick) {
  for (const auto* origin :
       {"http://localhost:5173", "https://localhost", "http://LocalHost:5173", "http://app.localhost:5173",
        "http://127.0.0.1:8080", "http://127.8.8.8", "http://[::1]:8080", "http://0.0.0.0:5173"}) {
    const auto local = default_clients({.chat_client = "ChatClient",
                                        .dashboard_client = "WebClient",
                                        .public_url = "http://localhost:8080",
                                        .cors_origins = {"*", "http://localhost:8080", origin}});
    const Client& web = *local.find("WebClient");
    for (const auto* path : {"/", "/callback", "/admin", "/admin/callback"}) {
      EXPECT_EQ(match_redirect(web, std::string(origin) + path), RedirectMatch::loopback) << origin << path;
      EXPECT_EQ(match_redirect(web, std::string("http://localhost:8080") + path), RedirectMatch::registered);
    }
    EXPECT_EQ(match_redirect(web, std::string(origin) + "/other"), RedirectMatch::foreign) << origin;
  }
}

TEST(ClientsTest, OriginsElsewhereNeedNone) {
  for (const auto* origin : {"https://localhost.example", "https://mylocalhost", "http://10.0.0.1:5173",
                             "https://[2001:db8::1]", "https://app.example:8443"}) {
    const auto elsewhere = default_clients({.chat_client = "ChatClient",
                                            .dashboard_client = "WebClient",
                                            .public_url = "http://localhost:8080",
                                            .cors_origins = {origin}});
    EXPECT_EQ(match_redirect(*elsewhere.find("WebClient"), std::string(origin) + "/callback"),
              RedirectMatch::registered)
        << origin;
  }
}

}  // namespace
}  // namespace chatserver::auth
