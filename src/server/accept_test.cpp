#include "server/accept.hpp"

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

bool html_for(std::initializer_list<const char*> fields) {
  Request request;
  for (const auto* field : fields) request.headers.emplace("accept", field);
  return prefers_html(request);
}

TEST(AcceptTest, BrowsersPreferHtml) {
  for (const auto* field :
       {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "text/html",
        "TEXT/HTML", "text/*", "text/html;q=0.9, application/json;q=0.8", "text/html ; q=0.001",
        "*/*;q=0.5, text/html;level=1;q=0.6", "application/json;q=0, text/html;q=1.000",
        "text/html, application/json;q=nonsense"}) {
    EXPECT_TRUE(html_for({field})) << field;
  }
  EXPECT_TRUE(html_for({"application/json;q=0.1", "text/html"}));
}

TEST(AcceptTest, ProgramsDoNot) {
  EXPECT_FALSE(html_for({}));
  for (const auto* field :
       {"", "*/*", "application/json", "application/problem+json", "application/json, text/plain, */*",
        "text/html, application/json", "text/html;q=0.5, application/problem+json", "text/html;q=0.5, */*",
        "text/html;q=0", "text/html;q=", "text/html;q=2", "text/html;q=0.9999", "text/html;q=-1",
        "text/html;q=.5", "text/htmlx", "text", ",;,", "image/*", "text/html;q=0.5, application/*;q=0.6"}) {
    EXPECT_FALSE(html_for({field})) << field;
  }
}

}  // namespace
}  // namespace chatserver::server
