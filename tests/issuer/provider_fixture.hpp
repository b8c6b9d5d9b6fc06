#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include "auth/base64url.hpp"
#include "auth/issuer/provider.hpp"
#include "auth/issuer/secret.hpp"
#include "auth/issuer/signing_key.hpp"
#include "auth/json.hpp"
#include "auth/key_ring.hpp"
#include "auth/revocations.hpp"
#include "auth/verify.hpp"
#include "conformance/sqlite_support.hpp"
#include "support/shared_clock.hpp"

namespace chatserver::test {

using Form = std::vector<std::pair<std::string, std::string>>;

// A provider over a database of its own, with the account `ada`, and what a
// browser and a client do with it.
class ProviderFixture : public testing::Test {
 protected:
  static constexpr std::string_view verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";  // RFC 7636
  static constexpr std::string_view challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  static constexpr std::string_view callback = "http://127.0.0.1:1337/callback";

  ProviderFixture() {
    keys_.replace(issuer_.public_keys(), clock_.monotonic());
    EXPECT_TRUE(store_->add_account(ada_));
  }

  // Other parameters replace the usual ones or join them; empty ones are left out.
  static Form with(Form form, const Form& changes) {
    for (const auto& [name, value] : changes) {
      std::erase_if(form, [&](const auto& pair) { return pair.first == name; });
      if (!value.empty()) form.emplace_back(name, value);
    }
    return form;
  }

  static Form authorization(const Form& changes = {}) {
    return with({{"client_id", "ChatClient"},
                 {"redirect_uri", std::string(callback)},
                 {"response_type", "code"},
                 {"scope", "openid"},
                 {"nonce", "n-1"},
                 {"code_challenge", std::string(challenge)},
                 {"code_challenge_method", "S256"}},
                changes);
  }

  auth::SignedIn sign_in() {
    auto opened = provider_.open_session(ada_, clock_.utc());
    EXPECT_TRUE(opened);
    return opened->signed_in;
  }

  // The code of an answer to `request`.
  std::string code_for(const auth::SignedIn& who, const Form& request = authorization()) {
    const auto checked = provider_.check(request);
    EXPECT_TRUE(checked);
    const auto redirect = provider_.grant(*checked, who);
    if (!redirect) return "none";
    const auto begin = redirect->location.find("code=") + 5;
    return redirect->location.substr(begin, redirect->location.find('&', begin) - begin);
  }

  static Form code_form(const std::string& code, const Form& changes = {}) {
    return with({{"grant_type", "authorization_code"},
                 {"client_id", "ChatClient"},
                 {"code", code},
                 {"redirect_uri", std::string(callback)},
                 {"code_verifier", std::string(verifier)}},
                changes);
  }
  static Form refresh_form(const std::string& token, const Form& changes = {}) {
    return with({{"grant_type", "refresh_token"}, {"client_id", "ChatClient"}, {"refresh_token", token}},
                changes);
  }

  auth::TokenAnswer tokens_for(const auth::SignedIn& who, const Form& request = authorization()) {
    auto answer = provider_.token(code_form(code_for(who, request)));
    EXPECT_TRUE(answer) << answer.error().description;
    return *std::move(answer);
  }

  // The error code, or "none".
  std::string refusal(const Form& form) {
    const auto answer = provider_.token(form);
    return answer ? "none" : std::string(name(answer.error().code));
  }

  static boost::json::object claims_of(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.rfind('.');
    return *auth::parse_json_object(*auth::base64url_decode(token.substr(first + 1, second - first - 1)));
  }
  static std::string claim(std::string_view token, std::string_view name) {
    const auto claims = claims_of(token);
    const auto* text = auth::string_member(claims, name);
    return text ? std::string(*text) : "none";
  }

  SharedClock clock_;
  SystemRandom random_;
  store::Account ada_{.id = UserId("6f1c2d3e-0000-4000-8000-000000000001"),
                      .username = "ada",
                      .password_hash = "hash",
                      .admin = true,
                      .disabled = false,
                      .created_at = clock_.utc()};
  store::conformance::TemporaryDirectory directory_;
  std::unique_ptr<store::Store> store_ =
      store::conformance::open_or_throw(store::conformance::options_for(directory_.path() / "chat.db"));
  auth::Issuer issuer_{"https://chat.example/realms/chat", "admin", auth::SigningKey::generate(), random_};
  auth::KeyRing keys_{auth::KeyRing::never_stale};
  auth::Revocations revocations_;
  int tokens_ended_ = 0;
  auth::Provider provider_{auth::default_clients({.chat_client = "ChatClient",
                                                  .dashboard_client = "WebClient",
                                                  .public_url = "https://chat.example"}),
                           {},
                           {.accounts = *store_,
                            .grants = *store_,
                            .issuer = issuer_,
                            .keys = keys_,
                            .revocations = revocations_,
                            .clock = clock_,
                            .random = random_},
                           [this] { ++tokens_ended_; }};
};

}  // namespace chatserver::test
