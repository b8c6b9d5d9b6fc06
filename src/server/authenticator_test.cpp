#include "server/authenticator.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "auth/issuer/issuer.hpp"
#include "base/random.hpp"

namespace chatserver::server {
namespace {

using namespace std::chrono_literals;

class AuthenticatorTest : public testing::Test {
 protected:
  [[nodiscard]] std::string token(auth::AccessGrant grant = {.client = "ChatClient", .session_id = "s-1"}) {
    return issuer.issue_access_token(ann, grant, clock.utc());
  }
  void have_keys() { ring.replace(issuer.public_keys(), clock.monotonic()); }
  [[nodiscard]] int status(const std::string& token) const {
    const auto admitted = authenticator.admit(token);
    return admitted ? 200 : admitted.error().status;
  }

  ManualClock clock;
  SystemRandom random;
  auth::Issuer issuer{"http://localhost/realms/chat", "admin", auth::SigningKey::generate(), random};
  store::Account ann{.id = UserId("6f1c2d3e-0000-4000-8000-000000000001"),
                     .username = "ann",
                     .password_hash = {},
                     .admin = false,
                     .disabled = false,
                     .created_at = {}};
  auth::KeyRing ring{1h};
  auth::Revocations revocations;
  Authenticator authenticator{{}, {.issuer = issuer.url()}, ring, nullptr, revocations, clock};
};

TEST_F(AuthenticatorTest, WithoutKeysNobodyIsLetInAndNobodyRefusedForGood) {
  EXPECT_EQ(status(token()), 503);
}

TEST_F(AuthenticatorTest, ChatClientsUserIsLetIn) {
  have_keys();
  const auto admitted = authenticator.admit(token());
  ASSERT_TRUE(admitted) << admitted.error().detail;
  EXPECT_EQ(admitted->claims.subject, ann.id);
  EXPECT_EQ(admitted->kind, hub::SessionKind::chat);
}

TEST_F(AuthenticatorTest, DashboardNeedsTheRole) {
  have_keys();
  EXPECT_EQ(status(token({.client = "WebClient"})), 403);
  ann.admin = true;
  const auto admitted = authenticator.admit(token({.client = "WebClient"}));
  ASSERT_TRUE(admitted) << admitted.error().detail;
  EXPECT_EQ(admitted->kind, hub::SessionKind::dashboard);
}

TEST_F(AuthenticatorTest, OtherApplicationsTokenIsRefused) {
  have_keys();
  EXPECT_EQ(status(token({.client = "account-console"})), 401);
}

TEST_F(AuthenticatorTest, TokenOfARevokedLoginIsRefused) {
  have_keys();
  const std::string old = token();
  revocations.revoke_session("s-1", clock.utc(), clock.utc() + 1h);
  const auto refused = authenticator.admit(old);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 401);
  EXPECT_EQ(refused.error().detail, session_is_over);
  EXPECT_EQ(status(token({.client = "ChatClient", .session_id = "s-2"})), 200);
}

TEST_F(AuthenticatorTest, RevokedSubjectNeedsANewToken) {
  have_keys();
  const std::string old = token();
  revocations.revoke_subject(ann.id, clock.utc());
  EXPECT_EQ(status(old), 401);
  clock.advance(1s);
  EXPECT_EQ(status(old), 401);
  EXPECT_EQ(status(token()), 200);
}

TEST_F(AuthenticatorTest, WhoWasAdmittedBeforeTheRevocationCanBeAskedAfterIt) {
  have_keys();
  const auto admitted = authenticator.admit(token());
  ASSERT_TRUE(admitted);
  EXPECT_FALSE(authenticator.revoked(admitted->claims));
  revocations.revoke_subject(ann.id, clock.utc());
  EXPECT_TRUE(authenticator.revoked(admitted->claims));
}

TEST_F(AuthenticatorTest, WhoWasAdmittedByAKeyThatIsGoneCanBeAskedAfterIt) {
  have_keys();
  const auto admitted = authenticator.admit(token());
  ASSERT_TRUE(admitted);
  EXPECT_FALSE(authenticator.revoked(admitted->claims));
  issuer.use(auth::SigningKey::generate());
  have_keys();
  EXPECT_TRUE(authenticator.revoked(admitted->claims));
}

TEST_F(AuthenticatorTest, LogoutTokenMustBeOneAndKeysMustBeThere) {
  const std::string access_token = token();
  const auto without_keys = authenticator.check_logout(access_token);
  ASSERT_FALSE(without_keys);
  EXPECT_EQ(without_keys.error().status, 503);
  have_keys();
  const auto refused = authenticator.check_logout(access_token);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 400);
  EXPECT_EQ(refused.error().detail, auth::name(auth::TokenError::wrong_type));
}

TEST_F(AuthenticatorTest, LogoutTokenForOneOfOurClientsIsAccepted) {
  auth::SigningKey key = auth::SigningKey::generate();
  auto keys = auth::KeySet::parse(R"({"keys":[)" + key.public_jwk_json() + "]}");
  ring.replace(*std::move(keys), clock.monotonic());
  const auto signed_for = [&](const std::string& client) {
    return key.sign(R"({"iss":"http://localhost/realms/chat","jti":"1","sub":"ann","iat":1767225600,)"
                    R"("exp":1767225700,"events":{"http://schemas.openid.net/event/backchannel-logout":{}},)"
                    R"("aud":")" +
                        client + "\"}",
                    "logout+jwt");
  };
  const auto accepted = authenticator.check_logout(signed_for("WebClient"));
  ASSERT_TRUE(accepted) << accepted.error().detail;
  EXPECT_EQ(accepted->subject, UserId("ann"));
  const auto refused = authenticator.check_logout(signed_for("account-console"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, auth::name(auth::TokenError::wrong_audience));
}

}  // namespace
}  // namespace chatserver::server
