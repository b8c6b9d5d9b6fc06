#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace chatserver::auth {

enum class Mode { embedded, oidc };

enum class Registration { automatic, open, invite, closed };

struct Options {
  Mode mode = Mode::embedded;

  // oidc: the issuer's URL, as it stands in `iss`; discovery lies below it.
  std::string issuer;
  // Empty: from the issuer's discovery document.
  std::string jwks_url;
  // Former issuer whose users these are, after a move of the identity provider.
  std::string issuer_alias;
  // Any must be in `aud`; empty: not checked.
  std::vector<std::string> audience;

  std::string chat_client = "ChatClient";
  std::string dashboard_client = "WebClient";
  std::string admin_role = "admin";

  std::chrono::milliseconds leeway{30'000};              // of clocks, for exp and nbf
  std::chrono::milliseconds keys_refresh{600'000};       // how often keys are fetched again
  std::chrono::milliseconds keys_max_stale{86'400'000};  // how long old keys count while the issuer is away
  std::chrono::milliseconds legacy_session_max{43'200'000};  // life of a session whose token came in the URL

  // PEM file of authorities for the issuer's TLS; empty: the system's.
  std::string ca_file;

  bool open_admin_api = false;
  std::vector<std::string> open_admin_from{"127.0.0.0/8", "::1/128"};

  // embedded: who may sign up. `automatic`: open on loopback, else closed.
  Registration registration = Registration::automatic;
  int registrations_per_address = 5;  // a day
};

// At most one fetch on an unknown key id in this time.
inline constexpr std::chrono::seconds unknown_key_refresh_interval{10};
inline constexpr std::size_t fetch_bytes_max = 256 * 1024;

}  // namespace chatserver::auth
