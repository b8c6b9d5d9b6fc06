#include <atomic>
#include <string>

#include <gtest/gtest.h>

#include "auth/fetch.hpp"
#include "auth/testing/loopback_http.hpp"

namespace chatserver::auth {
namespace {

using testing::LoopbackHttp;

std::expected<std::string, FetchError> get(const std::string& url) {
  const std::atomic<bool> stop = false;
  return curl_fetch({.ca_file = {}, .bytes_max = 1024})(url, stop);
}

std::string message_of(const std::string& url) {
  const auto body = get(url);
  return body ? "no error" : body.error().message;
}

TEST(AcceptableUrlTest, IsHttpsOrLoopback) {
  for (const auto* url :
       {"https://id.example/realms/chat", "https://id.example:8443/", "http://localhost:8080/x",
        "http://127.0.0.1/", "http://127.8.9.10:1/", "http://[::1]:8080/", "HTTPS://id.example"}) {
    EXPECT_TRUE(is_acceptable_url(url)) << url;
  }
  for (const auto* url :
       {"", "id.example", "http://id.example/", "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/", "http://128.0.0.1/", "http://[::2]/", "http://0.0.0.0/",
        "http://127.0.0.1@evil.example/", "https://user:secret@id.example/", "https://id.example/#part",
        "file:///etc/passwd", "ftp://localhost/", "gopher://localhost/", "https://"}) {
    EXPECT_FALSE(is_acceptable_url(url)) << url;
  }
}

TEST(CurlFetchTest, GetsABody) {
  const LoopbackHttp server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  const auto body = get(server.url("/certs"));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, "{}");
}

TEST(CurlFetchTest, OtherStatusIsAnError) {
  const LoopbackHttp server("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}");
  const auto url = server.url("/certs");
  EXPECT_EQ(message_of(url), "cannot get " + url + ": HTTP status 503");
}

TEST(CurlFetchTest, RedirectIsNotFollowed) {
  const LoopbackHttp target("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  const LoopbackHttp server("HTTP/1.1 302 Found\r\nLocation: " + target.url("/") +
                            "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(message_of(server.url("/")).ends_with("HTTP status 302"));
}

TEST(CurlFetchTest, LargeBodyIsRefused) {
  const LoopbackHttp announced("HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n" + std::string(1025, 'x'));
  EXPECT_TRUE(message_of(announced.url("/")).ends_with("more than 1024 bytes"));
  const LoopbackHttp endless("HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'x'));
  EXPECT_TRUE(message_of(endless.url("/")).ends_with("more than 1024 bytes"));
}

TEST(CurlFetchTest, BodyCutOffIsAnError) {
  const LoopbackHttp server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}");
  EXPECT_NE(message_of(server.url("/")), "no error");
}

TEST(CurlFetchTest, UnacceptableUrlIsNotAskedFor) {
  EXPECT_TRUE(message_of("http://192.0.2.1/").ends_with("neither https nor http to a loopback host"));
}

TEST(CurlFetchTest, StopEndsATransferThatHangs) {
  const LoopbackHttp silent("");
  const std::atomic<bool> stop = true;
  const auto body = curl_fetch({.ca_file = {}, .bytes_max = 1024})(silent.url("/"), stop);
  ASSERT_FALSE(body);
  EXPECT_TRUE(body.error().message.ends_with("the server is stopping"));
}

}  // namespace
}  // namespace chatserver::auth
