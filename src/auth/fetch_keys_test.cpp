#include "auth/fetch_keys.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "auth/testing/token_forge.hpp"

namespace chatserver::auth {
namespace {

const std::string issuer = "https://id.example/realms/chat";
const std::string discovery = issuer + "/.well-known/openid-configuration";
const std::string certs = issuer + "/certs";

// The issuer as a map from URL to body; remembers what was asked for.
class FetchKeysTest : public ::testing::Test {
 protected:
  FetchKeysTest() {
    pages_[discovery] = R"({"issuer":")" + issuer + R"(","jwks_uri":")" + certs + R"("})";
    pages_[certs] = testing::jwks({testing::jwk(testing::p256_key(), {{"kid", "a"}})});
  }

  std::expected<KeySet, FetchError> fetch(const std::string& from = issuer,
                                          const std::string& jwks_url = {}) {
    const Fetch get = [this](const std::string& url,
                             const std::atomic<bool>&) -> std::expected<std::string, FetchError> {
      asked_.push_back(url);
      const auto page = pages_.find(url);
      if (page == pages_.end()) return std::unexpected(FetchError{"HTTP status 404"});
      return page->second;
    };
    return fetch_keys(from, jwks_url, get, stop_);
  }

  std::map<std::string, std::string> pages_;
  std::vector<std::string> asked_;
  std::atomic<bool> stop_ = false;
};

TEST_F(FetchKeysTest, FollowsTheDiscoveryDocument) {
  const auto keys = fetch();
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_TRUE(keys->find("a"));
  EXPECT_EQ(asked_, (std::vector<std::string>{discovery, certs}));
}

TEST_F(FetchKeysTest, ConfiguredUrlNeedsNoDiscovery) {
  EXPECT_TRUE(fetch(issuer, certs));
  EXPECT_EQ(asked_, std::vector<std::string>{certs});
}

TEST_F(FetchKeysTest, FinalSlashOfTheIssuerIsNotDoubled) {
  pages_[discovery] = R"({"issuer":")" + issuer + R"(/","jwks_uri":")" + certs + R"("})";
  EXPECT_TRUE(fetch(issuer + "/"));
}

TEST_F(FetchKeysTest, DocumentOfAnotherIssuerIsRefused) {
  for (const auto& other : {issuer + "/", std::string("https://ID.example/realms/chat"), std::string()}) {
    pages_[discovery] = R"({"issuer":")" + other + R"(","jwks_uri":")" + certs + R"("})";
    const auto keys = fetch();
    ASSERT_FALSE(keys);
    EXPECT_NE(keys.error().message.find("another issuer"), std::string::npos);
  }
}

TEST_F(FetchKeysTest, BrokenDocumentsAreRefused) {
  for (const auto& page :
       {std::string(), std::string("<html>"), std::string("[]"), R"({"issuer":")" + issuer + R"("})",
        R"({"issuer":")" + issuer + R"(","jwks_uri":7})"}) {
    pages_[discovery] = page;
    EXPECT_FALSE(fetch()) << page;
  }
}

TEST_F(FetchKeysTest, SetWithoutUsableKeyIsRefused) {
  pages_[certs] = testing::jwks({{{"kty", "oct"}, {"k", "AAAA"}}});
  const auto keys = fetch();
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().message, certs + " lists no usable key");
}

TEST_F(FetchKeysTest, FailedFetchIsPassedOn) {
  pages_.erase(certs);
  const auto keys = fetch();
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().message, "HTTP status 404");
}

}  // namespace
}  // namespace chatserver::auth
