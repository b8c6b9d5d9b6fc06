#include "server/pages/page.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

const PageFrame frame{.site_name = "Chat & Co <1>", .style_path = "/style.css", .icon_path = "/icon.svg"};

std::string policy_of(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "Content-Security-Policy") return value;
  }
  return {};
}

TEST(Page, IsFramedAndEscaped) {
  const Response response = to_response({.title = "<T>", .content = html("<p>{}</p>", "&")}, frame);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("<title>&lt;T&gt; · Chat &amp; Co &lt;1&gt;</title>"));
  EXPECT_THAT(response.body, HasSubstr("<p>&amp;</p>"));
  EXPECT_THAT(response.body, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(response.body, Not(HasSubstr("<1>")));
}

TEST(Page, NothingRunsInItAndNobodyKeepsOrFramesIt) {
  const Response response = to_response({.title = "T", .content = {}}, frame);
  EXPECT_EQ(
      policy_of(response),
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
      "base-uri 'none'");
  EXPECT_THAT(response.headers, Contains(Pair("Cache-Control", "no-store")));
  EXPECT_THAT(response.headers, Contains(Pair("Referrer-Policy", "same-origin")));
  EXPECT_THAT(response.headers, Contains(Pair("Cross-Origin-Opener-Policy", "same-origin")));
  EXPECT_THAT(response.headers, Contains(Pair("X-Frame-Options", "DENY")));
  EXPECT_THAT(response.headers, Not(Contains(Key("Retry-After"))));
}

TEST(Page, FormMayLeadToItsClient) {
  const Response response =
      to_response({.title = "T", .content = {}, .form_leads_to = "http://127.0.0.1:1337/callback"}, frame);
  EXPECT_THAT(policy_of(response), HasSubstr("form-action 'self' http://127.0.0.1:1337;"));
}

TEST(Page, PolicyNamesOriginsOnly) {
  EXPECT_EQ(policy_source("https://chat.example.org/a?b"), "https://chat.example.org");
  EXPECT_EQ(policy_source("http://[::1]:1337/callback"), "http:");
  EXPECT_EQ(policy_source("http://a;script-src *"), "http:");
  EXPECT_EQ(policy_source("http://"), "http:");
  EXPECT_EQ(policy_source("javascript://x"), "");
  EXPECT_EQ(policy_source("/callback"), "");
}

TEST(Page, SaysWhenToTryAgain) {
  const Response response =
      to_response({.status = 429, .title = "T", .content = {}, .retry_after_seconds = 7}, frame);
  EXPECT_THAT(response.headers, Contains(Pair("Retry-After", "7")));
}

TEST(Page, RedirectIsNotKept) {
  const Response response = see_other("/somewhere");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.body, "");
  EXPECT_THAT(response.headers, Contains(Pair("Location", "/somewhere")));
  EXPECT_THAT(response.headers, Contains(Pair("Cache-Control", "no-store")));
}

TEST(PageDeathTest, RedirectIsOneLine) {
  EXPECT_DEATH((void)see_other("/a\r\nSet-Cookie: b=c"), "one line");
}

}  // namespace
}  // namespace chatserver::server
