#include "server/http_request.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::Pair;

constexpr std::size_t head_max = 512;
constexpr std::size_t body_max = 64;

std::size_t same_for_all(std::string_view /*method*/, std::string_view /*path*/) {
  return body_max;
}

// Feeds the bytes in pieces; the requests there are, or the status that refuses one.
struct Read {
  std::vector<Request> requests;
  int status = 0;  // of the error; 0: none
};

Read read(std::string_view bytes, std::size_t piece = 100'000) {
  RequestReader reader(head_max, same_for_all);
  Read result;
  while (!bytes.empty()) {
    reader.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      auto next = reader.next();
      if (!next) {
        result.status = next.error().status;
        return result;
      }
      if (!*next) break;
      result.requests.push_back(**std::move(next));
    }
  }
  return result;
}

int status_of(std::string_view bytes) {
  return read(bytes).status;
}

constexpr std::string_view two_requests =
    "POST /messages/7?with=a%20b&with=c+d&empty=&%C3%A4=1 HTTP/1.1\r\n"
    "Host: chat.example.org\r\n"
    "Content-Length: 5\r\n"
    "X-One: 1\r\n"
    "X-One: 2\r\n"
    "\r\n"
    "hello"
    "POST /chunks HTTP/1.1\r\n"
    "Host: chat.example.org\r\n"
    "Transfer-Encoding: chunked\r\n"
    "Connection: close\r\n"
    "\r\n"
    "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n";

void expect_two_requests(const Read& result) {
  ASSERT_EQ(result.status, 0);
  ASSERT_EQ(result.requests.size(), 2U);
  const Request& first = result.requests[0];
  EXPECT_EQ(first.method, "POST");
  EXPECT_EQ(first.path, "/messages/7");
  EXPECT_THAT(first.query,
              ElementsAre(Pair("with", "a b"), Pair("with", "c d"), Pair("empty", ""), Pair("ä", "1")));
  EXPECT_EQ(first.body, "hello");
  EXPECT_TRUE(first.keep_alive);
  EXPECT_EQ(first.query_count("with"), 2U);
  EXPECT_EQ(first.query_value("with"), "a b");
  EXPECT_EQ(first.query_value("none"), std::nullopt);
  EXPECT_EQ(first.headers.count("x-one"), 2U);
  const Request& second = result.requests[1];
  EXPECT_EQ(second.path, "/chunks");
  EXPECT_EQ(second.body, "abcde");
  EXPECT_FALSE(second.keep_alive);
}

TEST(RequestReaderTest, RequestsBehindEachOtherAreReadOneByOne) {
  expect_two_requests(read(two_requests));
}

TEST(RequestReaderTest, PiecesOfAnySizeReadTheSame) {
  for (std::size_t piece = 1; piece < two_requests.size(); ++piece) {
    SCOPED_TRACE(piece);
    expect_two_requests(read(two_requests, piece));
  }
}

TEST(RequestReaderTest, BytesBehindTheRequestAreLeft) {
  RequestReader reader(head_max, same_for_all);
  reader.append("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /ne");
  ASSERT_TRUE(reader.next()->has_value());
  EXPECT_EQ(reader.rest(), "GET /ne");
  EXPECT_TRUE(reader.partial());
}

TEST(RequestReaderTest, EmptyLineBeforeARequestIsIgnored) {
  EXPECT_EQ(read("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").requests.size(), 1U);
}

TEST(RequestReaderTest, OldClientsNeedNoHost) {
  const Read result = read("GET / HTTP/1.0\r\n\r\n");
  ASSERT_EQ(result.requests.size(), 1U);
  EXPECT_FALSE(result.requests[0].keep_alive);
}

TEST(RequestReaderTest, HeaderNamesAreReadInAnyCase) {
  const Read result = read("GET / HTTP/1.1\r\nHOST: a\r\nConnection: keep-alive , Upgrade\r\n\r\n");
  ASSERT_EQ(result.requests.size(), 1U);
  EXPECT_EQ(result.requests[0].header("host"), "a");
  EXPECT_TRUE(result.requests[0].header_has_token("connection", "upgrade"));
  EXPECT_FALSE(result.requests[0].header_has_token("connection", "up"));
}

// What two readers of the same bytes could take apart differently (RFC 9112 §11.2).
struct Trap {
  std::string_view name;
  std::string_view bytes;
  int status;
};
void PrintTo(const Trap& trap, std::ostream* os) {
  *os << trap.name;
}

class RequestTrapTest : public testing::TestWithParam<Trap> {};

TEST_P(RequestTrapTest, IsRefused) {
  EXPECT_EQ(read(GetParam().bytes).status, GetParam().status);
  EXPECT_TRUE(read(GetParam().bytes).requests.empty());
}

TEST_P(RequestTrapTest, IsRefusedByteByByteToo) {
  const Read result = read(GetParam().bytes, 1);
  EXPECT_NE(result.status, 0);
  EXPECT_TRUE(result.requests.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Traps, RequestTrapTest,
    testing::Values(
        Trap{"FoldedLine", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n"sv, 400},
        Trap{"FoldedFirstLine", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"sv, 400},
        Trap{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"sv, 400},
        Trap{"NoHost", "GET / HTTP/1.1\r\nX: a\r\n\r\n"sv, 400},
        Trap{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n"sv, 400},
        Trap{"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello"sv, 400},
        Trap{"SpaceBeforeColonOfEncoding",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"sv, 400},
        Trap{"NoColon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"sv, 400},
        Trap{"EmptyName", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"sv, 400},
        Trap{"UnknownEncoding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"sv, 501},
        Trap{"ChunkedNotAlone",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"sv, 501},
        Trap{"ChunkedTwiceInALine",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"sv, 501},
        Trap{
            "ChunkedInTwoLines",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv,
            400},
        Trap{"ChunkedWithAVerticalTab",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"sv, 501},
        Trap{"ChunkedFromAnOldClient",
             "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv, 400},
        Trap{
            "LengthAndEncoding",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv,
            400},
        Trap{"TwoLengths",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"sv, 400},
        Trap{"SameLengthTwice",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"sv, 400},
        Trap{"ListOfLengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello"sv, 400},
        Trap{"SignedLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello"sv, 400},
        Trap{"NegativeLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello"sv, 400},
        Trap{"EmptyLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"sv, 400},
        Trap{"HexLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello"sv, 400},
        Trap{"LengthThatOverflows",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n"sv, 400},
        Trap{"ChunkThatIsNotHex",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nabc\r\n0\r\n\r\n"sv, 400},
        Trap{"ChunkLongerThanItSays",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"sv, 400},
        Trap{"Http09", "GET /\r\n"sv, 400}, Trap{"Http09Whole", "GET /\r\n\r\n"sv, 400},
        Trap{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv, 400},
        Trap{"TlsHello", "\x16\x03\x01\x02\x00\x01"sv, 400},
        Trap{"NulInHeader", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\0002\r\n\r\n"sv, 400},
        Trap{"NulInTarget", "GET /\000 HTTP/1.1\r\nHost: a\r\n\r\n"sv, 400},
        Trap{"BareLineFeedInHeader", "GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n"sv, 400},
        Trap{"BareLineFeedInRequestLine", "GET / HTTP/1.1\nHost: b\r\nHost: a\r\n\r\n"sv, 505},
        Trap{"BareCarriageReturn", "GET / HTTP/1.1\r\nHost: a\rX: 1\r\n\r\n"sv, 400},
        Trap{"TargetThatIsNoPath", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"sv, 400},
        Trap{"TargetThatIsNotUtf8", "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n"sv, 400},
        Trap{"QueryThatIsCutOff", "GET /?a=%4 HTTP/1.1\r\nHost: a\r\n\r\n"sv, 400}),
    [](const auto& trap) { return std::string(trap.param.name); });

TEST(RequestReaderTest, LaterVersionsAreRefused) {
  EXPECT_NE(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 0);
  EXPECT_NE(status_of("GET / HTTP/1.9\r\nHost: a\r\n\r\n"), 0);
}

TEST(RequestReaderTest, HeadHasALimit) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const std::string fits(head_max - start.size() - 4, 'x');
  EXPECT_EQ(status_of(start + fits + "\r\n\r\n"), 0);
  EXPECT_EQ(status_of(start + fits + "x\r\n\r\n"), 431);
  EXPECT_EQ(status_of(start + fits + "xxxxx"), 431) << "before it is whole";
}

TEST(RequestReaderTest, BodyHasALimit) {
  const auto with_length = [](std::size_t bytes) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
  };
  EXPECT_EQ(status_of(with_length(body_max) + std::string(body_max, 'x')), 0);
  EXPECT_EQ(status_of(with_length(body_max + 1)), 413) << "from the header that says so";
}

TEST(RequestReaderTest, TheLimitOfABodyIsThatOfItsMethodAndPath) {
  const auto limit = [](std::string_view method, std::string_view path) -> std::size_t {
    return method == "POST" && path == "/a b" ? 5 : 0;
  };
  const auto status = [&](std::string_view start, std::string_view rest) {
    RequestReader reader(head_max, limit);
    reader.append(start);
    reader.append(" HTTP/1.1\r\nHost: a\r\n");
    reader.append(rest);
    const auto next = reader.next();
    return next ? 0 : next.error().status;
  };
  EXPECT_EQ(status("POST /a%20b?c", "Content-Length: 5\r\n\r\n"), 0);
  EXPECT_EQ(status("POST /a%20b?c", "Content-Length: 6\r\n\r\n"), 413);
  EXPECT_EQ(status("POST /a%20b", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), 0);
  EXPECT_EQ(status("POST /a%20b", "Transfer-Encoding: chunked\r\n\r\n6\r\nhello!\r\n"), 413);
  EXPECT_EQ(status("POST /a", "Content-Length: 1\r\n\r\n"), 413);
  EXPECT_EQ(status("GET /a%20b", "Content-Length: 1\r\n\r\n"), 413);
  EXPECT_EQ(status("GET /a%20b", "Content-Length: 0\r\n\r\n"), 0);
  EXPECT_EQ(status("GET /", "\r\n"), 0);
}

TEST(RequestReaderTest, TheOriginIsKnownOnceItsLineIsWhole) {
  RequestReader reader(head_max, same_for_all);
  reader.append("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nORIGIN:  https://a.example \r");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.origin(), std::nullopt);
  reader.append("\n");
  EXPECT_EQ(reader.origin(), "https://a.example");
  reader.append("\r\n");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.origin(), "https://a.example");
  reader.append("no chunk\r\n");
  ASSERT_FALSE(reader.next());
  EXPECT_EQ(reader.origin(), "https://a.example");
}

TEST(RequestReaderTest, ChunkedBodyHasTheSameLimit) {
  std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t i = 0; i <= body_max; ++i) bytes += "1\r\nx\r\n";
  EXPECT_EQ(status_of(bytes), 413);
}

TEST(RequestReaderTest, ChunkExtensionsHaveALimitToo) {
  std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 32; ++i) bytes += "1;extension=" + std::string(400, 'e') + "\r\nx\r\n";
  EXPECT_EQ(read(bytes, 64).status, 413);
}

TEST(PercentDecodeTest, DecodesPathsAndForms) {
  EXPECT_EQ(percent_decode("/a%20b+c%C3%A4", Decoding::path), "/a b+cä");
  EXPECT_EQ(percent_decode("a%20b+c", Decoding::form), "a b c");
  EXPECT_EQ(percent_decode("", Decoding::path), "");
}

TEST(PercentDecodeTest, RefusesWhatIsMalformed) {
  for (const std::string_view text : {"%", "%4", "a%", "%zz", "%4z", "%+1", "%-1", "% 1", "%ff", "%c0%80"}) {
    EXPECT_EQ(percent_decode(text, Decoding::path), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace chatserver::server
