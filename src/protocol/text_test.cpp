#include "protocol/text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::protocol {
namespace {

using namespace std::string_view_literals;

TEST(Text, CodePointsAreCountedNotBytes) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("abc"), 3U);
  EXPECT_EQ(count_code_points("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 3U);
  EXPECT_EQ(count_code_points("e\xCC\x81"), 2U);  // a combining accent is one of its own
}

TEST(Text, EveryWhiteSpaceOfUnicodeIsBlank) {
  for (const char* text :
       {"", " ", "\t\n\v\f\r ", "\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x8A",
        "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80", " \xC2\xA0\n"})
    EXPECT_TRUE(is_blank(text)) << testing::PrintToString(text);
}

TEST(Text, OtherTextIsNotBlank) {
  EXPECT_FALSE(is_blank(" a "));
  EXPECT_FALSE(is_blank("\0"sv));
  EXPECT_FALSE(is_blank("\xE2\x80\x8B"));  // U+200B is no White_Space
  EXPECT_FALSE(is_blank("\x1C"));
}

TEST(Text, OrdinaryUsernamesAreAcceptable) {
  for (const char* name :
       {"ada", "Ada Lovelace", "\xE5\xBC\xA0\xE4\xBC\x9F", "\xD7\x93\xD7\x95\xD7\x93", "servers", "my server",
        "unknown", "[unknown", "observer", "user@example.org", "\xF0\x9F\x98\x80"})
    EXPECT_TRUE(acceptable_username(name)) << name;
}

TEST(Text, UsernamesHaveAtMost64CodePoints) {
  std::string name;
  for (int i = 0; i < 64; ++i) name += "\xC3\xA9";
  EXPECT_TRUE(acceptable_username(name));
  EXPECT_FALSE(acceptable_username(name + "x"));
}

TEST(Text, UsernamesThatDisturbOthersAreRefused) {
  const std::string_view names[] = {
      "",
      " ",
      "\xE3\x80\x80",  // ideographic space
      "a\nb",
      "a\0b"sv,
      "a\x7F",
      "a\xC2\x85",      // next line
      "a\xE2\x80\xA8",  // line separator
      "a\xE2\x80\xAE"
      "b",              // right-to-left override
      "a\xE2\x80\xAA",  // left-to-right embedding
      "a\xE2\x81\xA6",  // left-to-right isolate
      "a\xE2\x81\xA9",  // pop directional isolate
      "\xE2\x80\x8B",   // nothing visible
      "a\xFF",          // not UTF-8
      "a\xC3",
  };
  for (const std::string_view name : names)
    EXPECT_FALSE(acceptable_username(name)) << testing::PrintToString(name);
}

TEST(Text, UsernamesThatReadLikeTheServersOwnAreRefused) {
  const std::string_view names[] = {
      "Server",
      "server",
      "SERVER",
      "[Unknown]",
      "[UNKNOWN]",
      " server ",
      "server\xC2\xA0",                                                            // no-break space
      "\xEF\xBC\xB3\xEF\xBD\x85\xEF\xBD\x92\xEF\xBD\x96\xEF\xBD\x85\xEF\xBD\x92",  // full-width
      "\xC5\xBF"
      "erver",               // long s
      "ser\xE2\x80\x8Bver",  // zero-width space inside
      "ser\xC2\xADver",      // soft hyphen
      "\xE2\x93\xA2"
      "erver",                            // circled s
      "\xEF\xBC\xBBunknown\xEF\xBC\xBD",  // full-width brackets
  };
  for (const std::string_view name : names)
    EXPECT_FALSE(acceptable_username(name)) << testing::PrintToString(name);
}

TEST(TextTest, WhiteSpaceIsTrimmedAtBothEndsAlone) {
  EXPECT_EQ(trimmed("a b"), "a b");
  EXPECT_EQ(trimmed(" \t\u3000a\u2003b\u00a0\n"), "a\u2003b");
  EXPECT_EQ(trimmed("\u00fc "), "\u00fc");
  EXPECT_EQ(trimmed(" \u2003 "), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(TextTest, WhatBreaksALineOfNamesDoesNotFitIt) {
  EXPECT_TRUE(fits_a_line_of_names("n\u00e4me \u4e2d\u6587 \U0001f600"));
  for (const std::string_view bad : {"a\nb", "a\x7f", "\u0085", "\u2028", "\u202e", "\u2066", "\xff"})
    EXPECT_FALSE(fits_a_line_of_names(bad)) << bad;
}

}  // namespace
}  // namespace chatserver::protocol
