#include "load/sign_in_form.hpp"

#include <gtest/gtest.h>

namespace chatserver::bench {
namespace {

TEST(SignInForm, SendsBackWhatTheFirstFormHides) {
  const auto form = find_sign_in_form(
      "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; HttpOnly\r\nSet-Cookie: b=2\r\n\r\n"
      "<form method=\"post\" action=\"/sign-in?x=1&amp;y=2\">"
      "<input type=\"hidden\" name=\"csrf\" value=\"t&quot;/+\"><input type=\"text\" name=\"user\" "
      "value=\"ada\">"
      "<input name=\"state\" value=\"s\" type=\"hidden\"></form>"
      "<form action=\"/other\"><input type=\"hidden\" name=\"z\" value=\"z\"></form>");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->action, "/sign-in?x=1&y=2");
  EXPECT_EQ(form->hidden_fields, "csrf=t%22%2F%2B&state=s&");
  EXPECT_EQ(form->cookies, "a=1; b=2");
}

TEST(SignInForm, IsNotThereOnOtherPages) {
  EXPECT_FALSE(find_sign_in_form("HTTP/1.1 404 Not Found\r\n\r\n{}"));
}

}  // namespace
}  // namespace chatserver::bench
