#include "server/pages/device_cookies.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

class DeviceCookiesTest : public testing::Test {
 protected:
  SystemRandom random;
  DeviceCookies cookies{auth::KeyedMac("secret", "device cookies"), random};
  std::string cookie = cookies.issue("alice");
};

TEST_F(DeviceCookiesTest, BrowserIsKnownAgain) {
  const std::string device = cookies.device(cookie, "alice");
  EXPECT_FALSE(device.empty());
  EXPECT_EQ(cookies.device(cookie, "alice"), device);
  EXPECT_NE(cookies.device(cookies.issue("alice"), "alice"), device);
}

TEST_F(DeviceCookiesTest, StaysKnownAfterARestart) {
  const DeviceCookies later(auth::KeyedMac("secret", "device cookies"), random);
  EXPECT_EQ(later.device(cookie, "alice"), cookies.device(cookie, "alice"));
}

TEST_F(DeviceCookiesTest, ProvesNothingForAnotherAccount) {
  EXPECT_EQ(cookies.device(cookie, "bob"), "");
  EXPECT_EQ(cookies.device(cookie, ""), "");
}

TEST_F(DeviceCookiesTest, ForgedOneIsNone) {
  const DeviceCookies other(auth::KeyedMac("another secret", "device cookies"), random);
  for (const std::string& forged :
       {std::string(), std::string("."), "x" + cookie, cookie + "x", cookie.substr(0, cookie.find('.')),
        cookie.substr(cookie.find('.')), other.issue("alice")}) {
    EXPECT_EQ(cookies.device(forged, "alice"), "") << forged;
  }
}

}  // namespace
}  // namespace chatserver::server
