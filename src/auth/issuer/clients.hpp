#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatserver::auth {

// Whether a client may have the answer sent to a port of the person's own machine (RFC 8252).
enum class Loopback { refused, any_port };

// An application that may send people here to sign in. Public: it has no secret.
struct Client {
  std::string id;
  std::vector<std::string> redirect_uris;    // compared to the letter
  std::vector<std::string> loopback_uris{};  // so too; what listens there may be any program
  Loopback loopback = Loopback::refused;
};

// The registered clients, immutable.
// Threading: any.
class Clients {
 public:
  explicit Clients(std::vector<Client> clients) : clients_(std::move(clients)) {}

  // Null when there is none.
  [[nodiscard]] const Client* find(std::string_view id) const noexcept;

 private:
  std::vector<Client> clients_;
};

// Whether a client may have people sent somewhere.
enum class RedirectMatch {
  foreign,
  registered,  // one of its URIs, to the letter
  // One of its URIs on the person's own machine; or, for Loopback::any_port, `http://127.0.0.1`,
  // `http://[::1]` or `http://localhost`, any port, path `/callback`. Such an answer needs a click
  // of the person, even with a session: any program of the machine can ask for it (RFC 8252
  // section 8.6).
  loopback,
};

// Also for where a person is sent after signing out. Threading: pure.
[[nodiscard]] RedirectMatch match_redirect(const Client& client, std::string_view uri);

// What the two clients that exist by default are made from.
struct DefaultClients {
  std::string chat_client;
  std::string dashboard_client;
  std::string public_url;
  std::vector<std::string>
      cors_origins{};  // the web app may be served from these too; `*` counts for nothing
};

// The chat client (loopback redirects, `/` and `/callback` below the public URL)
// and the web client (`/`, `/callback`, `/admin`, `/admin/callback` below the
// public URL and each origin). On loopback only the public URL's own origin does
// without a click: this server listens there.
[[nodiscard]] Clients default_clients(const DefaultClients& from);

}  // namespace chatserver::auth
