#include "server/pages/form_guard.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using namespace std::chrono_literals;

Request post(std::initializer_list<std::pair<const char*, const char*>> headers = {}) {
  Request request;
  request.method = "POST";
  request.headers.emplace("host", "localhost:8080");
  for (const auto& [name, value] : headers) request.headers.emplace(name, value);
  return request;
}

class FormGuardTest : public testing::Test {
 protected:
  bool accepts(const Request& request) { return guard.accepts(request, cookie, token, clock.utc()); }

  SystemRandom random;
  ManualClock clock;
  auth::KeyedMac mac{"secret", "forms"};
  FormGuard guard{"https://chat.example.org", mac, random};
  std::string cookie = guard.new_cookie();
  std::string token = guard.token(cookie, clock.utc());
};

TEST_F(FormGuardTest, AcceptsAFormOfItsOwn) {
  EXPECT_TRUE(accepts(post()));
}

TEST_F(FormGuardTest, CookiesAreUnguessable) {
  EXPECT_EQ(cookie.size(), 43U);  // 256 bits in base64url
  EXPECT_NE(cookie, guard.new_cookie());
}

TEST_F(FormGuardTest, TokenOfAnotherBrowserIsRefused) {
  EXPECT_FALSE(guard.accepts(post(), guard.new_cookie(), token, clock.utc()));
  EXPECT_FALSE(guard.accepts(post(), "", token, clock.utc()));
}

TEST_F(FormGuardTest, WithoutCookieNoTokenIsGood) {
  EXPECT_FALSE(guard.accepts(post(), "", guard.token("", clock.utc()), clock.utc()));
}

TEST_F(FormGuardTest, ForgedTokenIsRefused) {
  for (const std::string& forged :
       {std::string(), std::string("."), token + "A", token.substr(1), "9" + token,
        token.substr(0, token.find('.')), token.substr(0, token.find('.') + 1)}) {
    EXPECT_FALSE(guard.accepts(post(), cookie, forged, clock.utc())) << forged;
  }
  const FormGuard another("https://chat.example.org", auth::KeyedMac("another secret", "forms"), random);
  EXPECT_FALSE(another.accepts(post(), cookie, token, clock.utc()));
}

TEST_F(FormGuardTest, AFormIsGoodOnEveryServerWithTheSecretAndAfterARestart) {
  const FormGuard another("https://chat.example.org", mac, random);
  EXPECT_TRUE(another.accepts(post(), cookie, token, clock.utc()));
}

TEST_F(FormGuardTest, TokenAges) {
  clock.advance(FormGuard::token_life - 1s);
  EXPECT_TRUE(accepts(post()));
  clock.advance(1s);
  EXPECT_FALSE(accepts(post()));
}

TEST_F(FormGuardTest, BrowsersVerdictCounts) {
  EXPECT_TRUE(accepts(post({{"sec-fetch-site", "same-origin"}, {"origin", "null"}})));
  for (const char* site : {"cross-site", "same-site", "none", ""}) {
    EXPECT_FALSE(accepts(post({{"sec-fetch-site", site}}))) << site;
  }
}

TEST_F(FormGuardTest, OriginCountsWhereThereIsNoVerdict) {
  for (const char* origin : {"https://chat.example.org", "http://localhost:8080"}) {
    EXPECT_TRUE(accepts(post({{"origin", origin}}))) << origin;
  }
  for (const char* origin : {"https://evil.example", "http://localhost:8081", "null", "",
                             "https://chat.example.org.evil.example", "https://chat.example.org:444"}) {
    EXPECT_FALSE(accepts(post({{"origin", origin}}))) << origin;
  }
}

}  // namespace
}  // namespace chatserver::server
