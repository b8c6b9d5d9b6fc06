#include "server/pages/controls.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Controls, FieldHasALabelAndItsPurpose) {
  const std::string markup = field(username_field("ada")).markup();
  EXPECT_THAT(markup, HasSubstr("<label for=\"username\">User name</label>"));
  EXPECT_THAT(markup,
              HasSubstr("<input id=\"username\" name=\"username\" type=\"text\" autocomplete=\"username\""));
  EXPECT_THAT(markup, HasSubstr("value=\"ada\""));
  EXPECT_THAT(markup, Not(HasSubstr("aria-")));
}

TEST(Controls, FieldSaysWhatHelpsAndWhatIsWrong) {
  Field password = password_field("password", "Password", "new-password");
  password.hint = "At least 8";
  password.error = "<Too short>";
  password.focus = Focus::here;
  const std::string markup = field(password).markup();
  EXPECT_THAT(markup, HasSubstr("aria-describedby=\"password-hint password-error\""));
  EXPECT_THAT(markup, HasSubstr("aria-invalid=\"true\""));
  EXPECT_THAT(markup, HasSubstr(" autofocus"));
  EXPECT_THAT(markup, HasSubstr("<p class=\"hint\" id=\"password-hint\">At least 8</p>"));
  EXPECT_THAT(markup, HasSubstr("<p class=\"field-error\" id=\"password-error\">&lt;Too short&gt;</p>"));
}

TEST(Controls, TypedValueCannotLeaveItsAttribute) {
  EXPECT_THAT(field(username_field("\"><script>")).markup(), HasSubstr("value=\"&quot;&gt;&lt;script&gt;\""));
}

TEST(Controls, QueryOfAFormIsEscaped) {
  EXPECT_THAT(form("/login?a=1&b=2", html("x")).markup(), HasSubstr("action=\"/login?a=1&amp;b=2\""));
}

TEST(Controls, PhraseBecomesASentence) {
  EXPECT_EQ(sentence("this user name is taken"), "This user name is taken.");
  EXPECT_EQ(sentence("Done."), "Done.");
}

}  // namespace
}  // namespace chatserver::server
