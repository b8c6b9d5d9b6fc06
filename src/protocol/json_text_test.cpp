#include "protocol/json_text.hpp"

#include <gtest/gtest.h>

namespace chatserver::protocol {
namespace {

using namespace std::string_view_literals;

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(json_string("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json_string("\0\x01\x1F"sv), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(json_string("<>&'"), R"("<>&'")");
  EXPECT_EQ(json_string("\x7F\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80"),
            "\"\x7F\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\"");
}

}  // namespace
}  // namespace chatserver::protocol
