#include "server/conditional.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

Request request(std::string_view method, std::string_view if_none_match = {}) {
  Request made;
  made.method = method;
  if (!if_none_match.empty()) made.headers.emplace("if-none-match", if_none_match);
  return made;
}

std::optional<std::string> header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Response answered(const Request& to, Response response = {.body = "{}"}) {
  make_conditional(to, response);
  return response;
}

TEST(Conditional, TheTagFollowsTheBody) {
  const auto tag = header(answered(request("GET")), "ETag");
  ASSERT_TRUE(tag);
  EXPECT_EQ(header(answered(request("GET")), "ETag"), tag);
  EXPECT_EQ(header(answered(request("HEAD")), "ETag"), tag);
  EXPECT_NE(header(answered(request("GET"), {.body = "[]"}), "ETag"), tag);
}

TEST(Conditional, WhatTheClientHasIsNotSentAgain) {
  const std::string tag = *header(answered(request("GET")), "ETag");
  for (const std::string& sent : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const Response response = answered(request("GET", sent));
    EXPECT_EQ(response.status, 304) << sent;
    EXPECT_TRUE(response.body.empty()) << sent;
    EXPECT_EQ(header(response, "ETag"), tag);
  }
  EXPECT_EQ(answered(request("GET", "\"other\"")).status, 200);
}

TEST(Conditional, ChangesAndFailuresAreNever304) {
  EXPECT_EQ(answered(request("POST", "*")).status, 200);
  EXPECT_EQ(answered(request("GET", "*"), problem(404, "no")).status, 404);
  EXPECT_FALSE(header(answered(request("PATCH")), "ETag"));
}

TEST(Conditional, WhatMustNotBeKeptGetsNoTag) {
  const Response response =
      answered(request("GET", "*"), {.body = "{}", .headers = {{"Cache-Control", "no-store"}}});
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(header(response, "ETag"));
}

}  // namespace
}  // namespace chatserver::server
