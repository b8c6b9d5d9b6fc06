#include "server/open_admin.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* lan = "10.1.2.3";
constexpr const char* stranger = "203.0.113.9";

class OpenAdminTest : public testing::Test {
 protected:
  OpenAdminTest() {
    options.open_admin_api = true;
    options.open_admin_from = {"127.0.0.0/8", "10.1.0.0/16"};
  }

  // The status of the refusal; 0 where there is none.
  [[nodiscard]] int refused(const std::string& peer, const Headers& headers = {},
                            const std::string& host = "localhost:8080") const {
    Request request;
    request.method = "GET";
    std::string forwarded;
    for (const auto& [name, value] : headers) {
      if (name == "x-forwarded-for") forwarded += (forwarded.empty() ? "" : ",") + value;
      request.headers.emplace(name, value);
    }
    if (!host.empty()) request.headers.emplace("host", host);
    request.peer = *parse_address(peer);
    request.client = client_address(request.peer, forwarded, trusted_proxies);
    const OpenAdmin open_admin(options, trusted_proxies, cors, hosts);
    const auto refusal = open_admin.refusal(request);
    return refusal ? refusal->status : 0;
  }

  auth::Options options;
  AddressSet trusted_proxies{{"127.0.0.0/8"}};
  Cors cors{{"https://dash.example.org", "*"}};
  HostPolicy hosts{"https://chat.example.org"};
};

TEST_F(OpenAdminTest, ClosedUnlessAskedFor) {
  options.open_admin_api = false;
  EXPECT_EQ(refused("127.0.0.1"), 401);
}

TEST_F(OpenAdminTest, TheListedAddressesAloneMayCall) {
  EXPECT_EQ(refused("127.0.0.1"), 0);
  EXPECT_EQ(refused(lan), 0);
  EXPECT_EQ(refused("10.2.0.1"), 401);
  EXPECT_EQ(refused(stranger), 401);
  EXPECT_EQ(refused("::1"), 401);
}

TEST_F(OpenAdminTest, BehindATrustedProxyTheAddressThatItNamesCounts) {
  EXPECT_EQ(refused("127.0.0.1", {{"x-forwarded-for", lan}}), 0);
  EXPECT_EQ(refused("127.0.0.1", {{"x-forwarded-for", stranger}}), 401);
  EXPECT_EQ(refused("127.0.0.1", {{"x-forwarded-for", std::string(lan) + ", " + stranger}}), 401);
  EXPECT_EQ(refused("127.0.0.1", {{"x-forwarded-for", std::string(lan) + ", 127.0.0.1"}}), 0);
}

TEST_F(OpenAdminTest, AProxyThatDoesNotNameTheClientSpeaksForNobody) {
  for (const char* name : {"forwarded", "via", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}) {
    EXPECT_EQ(refused("127.0.0.1", {{name, "127.0.0.1"}}), 403) << name;
    EXPECT_EQ(refused("127.0.0.1", {{name, "x"}, {"x-forwarded-for", lan}}), 0) << name;
  }
  for (const char* nonsense : {"", "unknown", "10.1.2.3:5000", "10.1.2.3,", "_hidden, 10.1.2.3"}) {
    EXPECT_EQ(refused("127.0.0.1", {{"x-forwarded-for", nonsense}}), 403) << nonsense;
  }
}

TEST_F(OpenAdminTest, APeerThatIsNoTrustedProxyMayNotSpeakForOthers) {
  EXPECT_EQ(refused(lan, {{"x-forwarded-for", "127.0.0.1"}}), 403);
  EXPECT_EQ(refused(lan, {{"forwarded", "for=127.0.0.1"}}), 403);
}

TEST_F(OpenAdminTest, OnlyUnderTheServersOwnNames) {
  for (const char* own :
       {"localhost", "127.0.0.1:8080", "[::1]:8080", "chat.example.org", "CHAT.example.org:443"}) {
    EXPECT_EQ(refused("127.0.0.1", {}, own), 0) << own;
  }
  for (const char* foreign : {"", "evil.example.org", "chat.example.org.evil.example", "10.1.2.3"}) {
    EXPECT_EQ(refused("127.0.0.1", {}, foreign), 403) << foreign;
  }
}

TEST_F(OpenAdminTest, PagesOfOtherOriginsMayNotEvenWhereAnyMayRead) {
  EXPECT_EQ(refused("127.0.0.1", {{"origin", "https://dash.example.org"}}), 0);
  for (const char* foreign : {"https://evil.example.org", "null", "*", "", "http://dash.example.org"}) {
    EXPECT_EQ(refused("127.0.0.1", {{"origin", foreign}}), 403) << foreign;
  }
}

}  // namespace
}  // namespace chatserver::server
