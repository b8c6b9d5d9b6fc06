#include "websocket/utf8_validator.hpp"

#include <cstddef>
#include <string>

#include <gtest/gtest.h>

namespace chatserver::websocket {
namespace {

struct Utf8Case {
  std::string_view text;
  bool valid;
  std::size_t first_bad;  // index of the first byte that cannot follow; npos: it only lacks an end
};

constexpr std::size_t npos = std::string_view::npos;
using namespace std::string_view_literals;

constexpr Utf8Case utf8_cases[] = {
    {"", true, npos},
    {"plain ASCII, longer than a word"sv, true, npos},
    {"\0"sv, true, npos},
    {"\x7F"sv, true, npos},
    {"\xC2\x80"sv, true, npos},
    {"\xDF\xBF"sv, true, npos},
    {"\xE0\xA0\x80"sv, true, npos},
    {"\xED\x9F\xBF"sv, true, npos},
    {"\xEE\x80\x80"sv, true, npos},
    {"\xEF\xBF\xBF"sv, true, npos},
    {"\xF0\x90\x80\x80"sv, true, npos},
    {"\xF4\x8F\xBF\xBF"sv, true, npos},
    {"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5"sv, true, npos},
    {"\x80"sv, false, 0},
    {"\xBF"sv, false, 0},
    {"\xC0\x80"sv, false, 0},
    {"\xC1\xBF"sv, false, 0},
    {"\xC2\x41"sv, false, 1},
    {"\xC2\xC2"sv, false, 1},
    {"\xE0\x80\x80"sv, false, 1},
    {"\xE0\x9F\xBF"sv, false, 1},
    {"\xED\xA0\x80"sv, false, 1},
    {"\xED\xBF\xBF"sv, false, 1},
    {"\xE1\x80\x41"sv, false, 2},
    {"\xF0\x80\x80\x80"sv, false, 1},
    {"\xF0\x8F\xBF\xBF"sv, false, 1},
    {"\xF4\x90\x80\x80"sv, false, 1},
    {"\xF5\x80\x80\x80"sv, false, 0},
    {"\xF8\x88\x80\x80\x80"sv, false, 0},
    {"\xFE"sv, false, 0},
    {"\xFF"sv, false, 0},
    {"eight by\xED\xA0\x80"sv, false, 9},
    {"\xC2"sv, false, npos},
    {"\xE1\x80"sv, false, npos},
    {"\xF0\x90\x80"sv, false, npos},
    {"12345678\xF4"sv, false, npos},
};

TEST(Utf8Validator, WholeTextsAreJudgedByTheTable) {
  for (const Utf8Case& c : utf8_cases) {
    Utf8Validator validator;
    EXPECT_EQ(valid_utf8(c.text), c.valid) << testing::PrintToString(c.text);
    EXPECT_EQ(validator.feed(c.text) && validator.complete(), c.valid) << testing::PrintToString(c.text);
  }
}

TEST(Utf8Validator, TheFirstByteThatCannotFollowIsRefused) {
  for (const Utf8Case& c : utf8_cases) {
    Utf8Validator validator;
    std::size_t first_bad = npos;
    for (std::size_t i = 0; i < c.text.size() && first_bad == npos; ++i)
      if (!validator.feed(c.text.substr(i, 1))) first_bad = i;
    EXPECT_EQ(first_bad, c.first_bad) << testing::PrintToString(c.text);
    if (first_bad == npos) EXPECT_EQ(validator.complete(), c.valid) << testing::PrintToString(c.text);
  }
}

TEST(Utf8Validator, CodePointsMaySpanPieces) {
  const std::string_view text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z, and some ASCII after it";
  for (std::size_t split = 0; split <= text.size(); ++split) {
    Utf8Validator validator;
    EXPECT_TRUE(validator.feed(text.substr(0, split)));
    EXPECT_TRUE(validator.feed(text.substr(split)));
    EXPECT_TRUE(validator.complete());
  }
}

}  // namespace
}  // namespace chatserver::websocket
