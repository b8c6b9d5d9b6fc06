#include "server/http_policy.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

Request request_from(std::string_view method, std::string_view origin) {
  Request request;
  request.method = method;
  if (!origin.empty()) request.headers.emplace("origin", origin);
  return request;
}

std::optional<std::string> header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Response allowed(const Cors& cors, const Request& request) {
  Response response;
  cors.allow(request, response);
  return response;
}

TEST(CorsTest, KnownOriginMaySeeTheAnswer) {
  const Cors cors({"https://chat.example.org"});
  const Response response = allowed(cors, request_from("GET", "https://chat.example.org"));
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "https://chat.example.org");
  EXPECT_EQ(header(response, "Vary"), "Origin");
  EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), std::nullopt);
}

TEST(CorsTest, OthersMayNot) {
  const Cors cors({"https://chat.example.org"});
  for (const std::string_view origin : {"", "https://evil.example", "https://chat.example.org.evil.example",
                                        "http://chat.example.org", "null"}) {
    const Response response = allowed(cors, request_from("GET", origin));
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), std::nullopt) << origin;
    EXPECT_EQ(header(response, "Vary"), "Origin") << "caches must not mix the answers up";
  }
}

TEST(CorsTest, PreflightTellsMethodsAndHeaders) {
  const Cors cors({"*"});
  const Response response = allowed(cors, request_from("OPTIONS", "https://any.example"));
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_TRUE(header(response, "Access-Control-Allow-Methods"));
  EXPECT_TRUE(header(response, "Access-Control-Allow-Headers"));
}

TEST(OriginTest, IsSchemeHostAndPort) {
  EXPECT_EQ(origin_of("https://chat.example.org/path"), "https://chat.example.org");
  EXPECT_EQ(origin_of("http://localhost:8080"), "http://localhost:8080");
  EXPECT_EQ(origin_of("chat.example.org"), "");
  EXPECT_EQ(host_without_port("a:80"), "a");
  EXPECT_EQ(host_without_port("[::1]:80"), "[::1]");
  EXPECT_EQ(host_without_port("[::1"), "[::1");
}

TEST(HostPolicyTest, LoopbackIsCalledByItsOwnNames) {
  const HostPolicy policy("https://chat.example.org:8443/");
  for (const std::string_view host :
       {"localhost", "localhost:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "app.localhost",
        "chat.example.org", "chat.example.org:8443"}) {
    EXPECT_TRUE(policy.accepts(host)) << host;
  }
}

TEST(HostPolicyTest, ReboundNamesAreRefused) {
  const HostPolicy policy("https://chat.example.org");
  for (const std::string_view host :
       {"", "evil.example", "localhost.evil.example", "chat.example.org.evil.example", "192.0.2.1",
        "notlocalhost", "127.0.0.1.evil.example"}) {
    EXPECT_FALSE(policy.accepts(host)) << host;
  }
  EXPECT_FALSE(HostPolicy("").accepts(""));
}

}  // namespace
}  // namespace chatserver::server
