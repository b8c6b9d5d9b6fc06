#include "server/http_response.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ResponseTest, IsWrittenWithItsLength) {
  const std::string text = to_text({.status = 200, .content_type = "text/plain", .body = "hello"}, Body::send,
                                   Connection::keep_alive);
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Type: text/plain\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nConnection: keep-alive\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\nhello"));
}

TEST(ResponseTest, HeadGetsTheLengthWithoutTheBody) {
  const std::string text =
      to_text({.status = 200, .content_type = "text/plain", .body = "hello"}, Body::omit, Connection::close);
  EXPECT_THAT(text, HasSubstr("Content-Length: 5"));
  EXPECT_THAT(text, HasSubstr("Connection: close"));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

// RFC 9110 §8.6.
TEST(ResponseTest, NoContentHasNoLength) {
  const std::string text =
      to_text({.status = 204, .content_type = "", .body = ""}, Body::send, Connection::close);
  EXPECT_THAT(text, Not(HasSubstr("Content-Length")));
}

TEST(ResponseTest, ProblemIsEscapedJson) {
  const Response response = problem(404, "no \"thing\"");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Not Found","status":404,"detail":"no \"thing\""})");
}

TEST(ResponseTest, ProblemThatPassesSaysWhenToTryAgain) {
  EXPECT_THAT(problem_retry(503, "away", 2).headers, testing::ElementsAre(testing::Pair("Retry-After", "2")));
}

TEST(ResponseTest, UpgradeNamesTheSubprotocolThatWasAskedFor) {
  EXPECT_THAT(switching_protocols("key=", ""), Not(HasSubstr("Sec-WebSocket-Protocol")));
  const std::string text = switching_protocols("key=", "bearer");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nSec-WebSocket-Accept: key=\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nSec-WebSocket-Protocol: bearer\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

}  // namespace
}  // namespace chatserver::server
