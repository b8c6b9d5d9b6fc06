#include <gmock/gmock.h>

#include "issuer/provider_fixture.hpp"

namespace chatserver::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

using ProviderSessionTest = ProviderFixture;

TEST_F(ProviderSessionTest, ABrowserIsKnownByItsSecret) {
  const auto opened = provider_.open_session(ada_, clock_.utc());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->secret.size(), 43U);
  const auto found = provider_.find_session(opened->secret);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->account.username, "ada");
  EXPECT_EQ(found->session, opened->signed_in.session);
  EXPECT_FALSE(provider_.find_session(opened->signed_in.session.id.value()));  // the hash opens nothing
  EXPECT_FALSE(provider_.find_session(opened->signed_in.session.sid));
  EXPECT_FALSE(provider_.find_session(""));
}

TEST_F(ProviderSessionTest, ASignInThatANewPasswordOvertakesFails) {
  const auto began = clock_.utc();
  clock_.advance(100ms);
  ASSERT_TRUE(store_->set_password(ada_.id, "new", clock_.utc()));
  EXPECT_FALSE(provider_.open_session(ada_, began));
  EXPECT_TRUE(provider_.open_session(ada_, clock_.utc()));
}

TEST_F(ProviderSessionTest, UseProlongsASessionUpToItsEnd) {
  const auto opened = provider_.open_session(ada_, clock_.utc());
  const auto end = clock_.utc() + 90 * 24h;
  clock_.advance(14 * 24h - 1s);
  auto found = provider_.find_session(opened->secret);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->session.expires_at, clock_.utc() + 14 * 24h);
  for (int i = 0; i < 7; ++i) {
    clock_.advance(10 * 24h);
    found = provider_.find_session(opened->secret);
    ASSERT_TRUE(found) << i;
  }
  EXPECT_EQ(found->session.expires_at, end);
  clock_.advance(end - clock_.utc());
  EXPECT_FALSE(provider_.find_session(opened->secret));
}

TEST_F(ProviderSessionTest, ASessionThatNobodyUsesEnds) {
  const auto opened = provider_.open_session(ada_, clock_.utc());
  clock_.advance(14 * 24h);
  EXPECT_FALSE(provider_.find_session(opened->secret));
}

TEST_F(ProviderSessionTest, EndingALoginEndsAllThatCameOfIt) {
  const auto opened = provider_.open_session(ada_, clock_.utc());
  const auto who = opened->signed_in;
  const auto answer = tokens_for(who);
  const auto code = code_for(who);
  provider_.end_login(who.session.sid, ada_.id);
  EXPECT_FALSE(provider_.find_session(opened->secret));
  EXPECT_EQ(refusal(refresh_form(answer.refresh_token)), "invalid_grant");
  EXPECT_EQ(refusal(code_form(code)), "invalid_grant");
  EXPECT_FALSE(provider_.grant(*provider_.check(authorization()), who));
  EXPECT_EQ(store_->account_changes_after(0, 10).size(), 1U);
  EXPECT_EQ(tokens_ended_, 1);
}

TEST_F(ProviderSessionTest, SigningInAgainGoesOnUnderANewSecret) {
  const auto first = provider_.open_session(ada_, clock_.utc());
  const auto answer = tokens_for(first->signed_in);
  clock_.advance(10s);
  const auto again = provider_.open_session(ada_, clock_.utc(), first->signed_in);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->signed_in.session.sid, first->signed_in.session.sid);
  EXPECT_EQ(again->signed_in.session.created_at, clock_.utc());
  EXPECT_FALSE(provider_.find_session(first->secret));
  EXPECT_TRUE(provider_.find_session(again->secret));
  EXPECT_EQ(refusal(refresh_form(answer.refresh_token)), "none");
  EXPECT_EQ(tokens_ended_, 0);

  const auto later = tokens_for(again->signed_in);
  provider_.end_login(again->signed_in.session.sid, ada_.id);
  EXPECT_EQ(refusal(refresh_form(later.refresh_token)), "invalid_grant");
}

TEST_F(ProviderSessionTest, SomebodyElsesSignInEndsTheLoginBefore) {
  auto bob = ada_;
  bob.id = UserId("6f1c2d3e-0000-4000-8000-000000000002");
  bob.username = "bob";
  ASSERT_TRUE(store_->add_account(bob));
  const auto first = provider_.open_session(ada_, clock_.utc());
  const auto answer = tokens_for(first->signed_in);
  const auto bobs = provider_.open_session(bob, clock_.utc(), first->signed_in);
  ASSERT_TRUE(bobs);
  EXPECT_NE(bobs->signed_in.session.sid, first->signed_in.session.sid);
  EXPECT_FALSE(provider_.find_session(first->secret));
  EXPECT_TRUE(provider_.find_session(bobs->secret));
  EXPECT_EQ(refusal(refresh_form(answer.refresh_token)), "invalid_grant");
  EXPECT_EQ(tokens_ended_, 1);
}

TEST_F(ProviderSessionTest, ASignInThatFailsLeavesTheLoginBefore) {
  auto stranger = ada_;
  stranger.id = UserId("6f1c2d3e-0000-4000-8000-000000000003");
  const auto first = provider_.open_session(ada_, clock_.utc());
  EXPECT_FALSE(provider_.open_session(stranger, clock_.utc(), first->signed_in));
  EXPECT_TRUE(provider_.find_session(first->secret));
}

TEST_F(ProviderSessionTest, TheAnswerNamesTheIssuer) {
  const auto request = provider_.check(authorization({{"state", "s-1"}}));
  ASSERT_TRUE(request);
  const auto location = provider_.grant(*request, sign_in())->location;
  EXPECT_THAT(location,
              StartsWith("http://127.0.0.1:1337/callback?iss=https%3A%2F%2Fchat.example%2Frealms%2Fchat&"
                         "state=s-1&code="));
  EXPECT_THAT(provider_.deny(*request).location, HasSubstr("&error=access_denied&"));
}

TEST_F(ProviderSessionTest, SilenceIsAnswered) {
  const auto silent = provider_.check(authorization({{"prompt", "none"}}));
  ASSERT_TRUE(silent);
  const auto nobody = provider_.step(*silent, std::nullopt);
  ASSERT_FALSE(nobody);
  EXPECT_THAT(nobody.error().location, HasSubstr("error=login_required"));
  const auto request = provider_.check(authorization());
  EXPECT_EQ(provider_.step(*request, std::nullopt).value(), auth::NextStep::sign_in);
  EXPECT_EQ(provider_.step(*request, sign_in()).value(), auth::NextStep::confirm);
}

}  // namespace
}  // namespace chatserver::test
