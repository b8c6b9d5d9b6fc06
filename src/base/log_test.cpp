#include "base/log.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log_line.hpp"

namespace chatserver {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

struct LogTest : testing::Test {
  std::vector<std::string> lines;
  Log::Output output = [this](std::string_view line) { lines.emplace_back(line); };
};

TEST_F(LogTest, TextLineHasTimeLevelEventAndFields) {
  Log log(LogLevel::info, LogFormat::text, output);
  log.info("session ended", {{"user", "ada"}, {"duration_ms", 12}, {"resumed", true}, {"load", 0.5}});
  EXPECT_THAT(lines,
              ElementsAre(MatchesRegex(
                  "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z info session ended "
                  "user=ada duration_ms=12 resumed=true load=0\\.5\n")));
}

TEST_F(LogTest, JsonLineIsOneObject) {
  Log log(LogLevel::info, LogFormat::json, output);
  log.warning("store unavailable", {{"attempt", 3}});
  EXPECT_THAT(lines, ElementsAre(MatchesRegex(
                         "\\{\"time\":\"[-0-9]{10}T[0-9:]{8}\\.[0-9]{6}Z\",\"level\":\"warning\","
                         "\"event\":\"store unavailable\",\"attempt\":3\\}\n")));
}

TEST_F(LogTest, LinesBelowTheLevelAreNotWritten) {
  Log log(LogLevel::warning, LogFormat::text, output);
  log.info("server started");
  EXPECT_THAT(lines, IsEmpty());
  log.set_level(LogLevel::debug);
  log.debug("server started");
  EXPECT_EQ(lines.size(), 1U);
  log.set_level(LogLevel::off);
  log.error("server failed");
  EXPECT_EQ(lines.size(), 1U);
}

TEST_F(LogTest, PercentAndBracesInValuesAreNotFormats) {
  Log log(LogLevel::info, LogFormat::text, output);
  log.info("asked", {{"path", "/%v{}%l"}});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].ends_with("asked path=/%v{}%l\n")) << lines[0];
}

TEST(LogLine, ValuesThatCouldForgeSomethingAreQuotedAndEscaped) {
  EXPECT_EQ(text_line("e", {{"v", ""}}), R"(e v="")");
  EXPECT_EQ(text_line("e", {{"v", "Ada L."}}), R"(e v="Ada L.")");
  EXPECT_EQ(text_line("e", {{"v", "a=b"}}), R"(e v="a=b")");
  EXPECT_EQ(text_line("e", {{"v", "a\nb\r\t\x1b[2J"}}), R"(e v="a\nb\u000d\u0009\u001b[2J")");
  EXPECT_EQ(text_line("e", {{"v", R"(say "hi" \o/)"}}), R"(e v="say \"hi\" \\o/")");
  EXPECT_EQ(text_line("e", {{"v", "a\u202Eb\u2028\u0085"}}), R"(e v="a\u202eb\u2028\u0085")");
  EXPECT_EQ(text_line("e", {{"v", std::string_view("\0", 1)}}), R"(e v="\u0000")");
}

TEST(LogLine, PrintableUnicodeStaysReadable) {
  EXPECT_EQ(text_line("e", {{"v", "żółw€𝄞"}}), "e v=\"żółw€𝄞\"");
  EXPECT_EQ(json_members("e", {{"v", "żółw€𝄞"}}), "\"event\":\"e\",\"v\":\"żółw€𝄞\"");
}

TEST(LogLine, InvalidUtf8BecomesReplacementCharacters) {
  const auto escaped = [](std::string_view value) { return json_members("e", {{"v", value}}).substr(17); };
  const std::string bad = "\uFFFD";
  EXPECT_EQ(escaped("\xFF"), bad + "\"");
  EXPECT_EQ(escaped("\xC3"), bad + "\"");                                // cut short
  EXPECT_EQ(escaped("\xC3(x"), bad + "(x\"");                            // no continuation
  EXPECT_EQ(escaped("\xC0\xAF"), bad + bad + "\"");                      // overlong
  EXPECT_EQ(escaped("\xE0\x80\xAF"), bad + bad + bad + "\"");            // overlong
  EXPECT_EQ(escaped("\xED\xA0\x80"), bad + bad + bad + "\"");            // surrogate
  EXPECT_EQ(escaped("\xF4\x90\x80\x80"), bad + bad + bad + bad + "\"");  // beyond U+10FFFF
}

TEST(LogLine, NumbersThatJsonLacksAreNull) {
  EXPECT_EQ(json_members("e", {{"v", std::nan("")}, {"w", HUGE_VAL}}), R"("event":"e","v":null,"w":null)");
  EXPECT_EQ(json_members("e", {{"v", INT64_MIN}, {"w", 0.5}}),
            R"("event":"e","v":-9223372036854775808,"w":0.5)");
}

}  // namespace
}  // namespace chatserver
