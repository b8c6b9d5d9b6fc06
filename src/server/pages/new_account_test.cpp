#include "server/pages/new_account.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* good = "correct horse battery";

NewAccountProblems check(std::string username, std::string password, std::string again) {
  return check_new_account({std::move(username), std::move(password), std::move(again)}, "Example Chat");
}

TEST(NewAccount, GoodOneHasNoProblems) {
  EXPECT_TRUE(check("Alice", good, good).none());
}

TEST(NewAccount, EveryFieldIsJudgedAtOnce) {
  const auto problems = check("a", "short", "other");
  EXPECT_EQ(problems.username, "A user name has 2 to 32 characters.");
  EXPECT_EQ(problems.password, "A password has at least 8 characters.");
  EXPECT_EQ(problems.password_again, "");  // nothing to repeat yet
}

TEST(NewAccount, PasswordMustBeRepeated) {
  EXPECT_EQ(check("alice", good, "correct horse").password_again, "The two passwords are not the same.");
}

TEST(NewAccount, NamesAndCommonWordsAreNoPasswords) {
  EXPECT_NE(check("alexandria7", "Alexandria7", "Alexandria7").password, "");
  EXPECT_NE(check("alice", "example chat!", "example chat!").password, "");
  EXPECT_NE(check("alice", "password1", "password1").password, "");
}

TEST(NewAccount, StoresAnswerIsShownAtItsField) {
  EXPECT_EQ(problems_of(auth::AccountError::name_taken).username, "This user name is taken.");
  EXPECT_NE(problems_of(auth::AccountError::password_common).password, "");
}

TEST(NewAccount, FieldsKeepTheNameAndNoPassword) {
  const std::string markup = new_account_fields("al\"ice", check("al\"ice", good, "x")).markup();
  EXPECT_THAT(markup, HasSubstr("value=\"al&quot;ice\""));
  EXPECT_THAT(markup, Not(HasSubstr("correct")));
}

TEST(NewAccount, KeyboardIsAtTheFirstProblem) {
  const auto focused = [](const NewAccountProblems& problems) {
    const std::string markup = new_account_fields("", problems).markup();
    const std::size_t at = markup.find(" autofocus");
    EXPECT_EQ(markup.find(" autofocus", at + 1), std::string::npos) << "two of them";
    const std::size_t input = markup.rfind("<input id=\"", at) + 11;
    return markup.substr(input, markup.find('"', input) - input);
  };
  EXPECT_EQ(focused({}), "username");
  EXPECT_EQ(focused({.username = "x", .password = "y"}), "username");
  EXPECT_EQ(focused({.password = "y"}), "password");
  EXPECT_EQ(focused({.password_again = "z"}), "password_again");
}

}  // namespace
}  // namespace chatserver::server
