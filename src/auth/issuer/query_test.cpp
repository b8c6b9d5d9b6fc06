#include "auth/issuer/query.hpp"

#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

std::string with(std::string url, std::string_view name, std::string_view value) {
  append_parameter(url, name, value);
  return url;
}

TEST(QueryTest, AParameterGoesBehindWhatIsThere) {
  EXPECT_EQ(with("", "a", "1"), "a=1");
  EXPECT_EQ(with("a=1", "b", "2"), "a=1&b=2");
  EXPECT_EQ(with("https://app.example/", "a", "1"), "https://app.example/?a=1");
  EXPECT_EQ(with("https://app.example/?a=1", "b", "2"), "https://app.example/?a=1&b=2");
  EXPECT_EQ(with("https://app.example/", "a", ""), "https://app.example/");
}

TEST(QueryTest, NeitherNameNorValueCanEndTheQuery) {
  EXPECT_EQ(with("", "#x&y=z ", "#&=+ %\n\xc3\xa9"), "%23x%26y%3Dz%20=%23%26%3D%2B%20%25%0A%C3%A9");
}

}  // namespace
}  // namespace chatserver::auth
