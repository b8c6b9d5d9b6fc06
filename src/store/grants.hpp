#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/strong_id.hpp"
#include "model/ids.hpp"
#include "store/accounts.hpp"

namespace chatserver::store {

// SHA-256, in base64url, of a secret that its holder alone knows: whoever reads
// the database can sign in as nobody.
using SecretHash = StrongId<struct SecretHashTag, std::string>;

// Somebody who has signed in, in one browser.
struct BrowserSession {
  SecretHash id;
  std::string sid;  // as tokens name it
  UserId user;
  Timestamp created_at;  // when the sign-in began, before the account was read: `auth_time`
  Timestamp last_used_at;
  Timestamp expires_at;

  friend bool operator==(const BrowserSession&, const BrowserSession&) = default;
};

// RFC 6749 section 4.1.2, with what its token request is held to.
struct AuthorizationCode {
  SecretHash code;
  std::string client;
  std::string redirect_uri;
  UserId user;
  std::string sid;
  std::string nonce;  // empty: none was sent
  std::string scope;
  std::string challenge;  // RFC 7636, S256
  Timestamp authenticated_at;
  Timestamp expires_at;

  friend bool operator==(const AuthorizationCode&, const AuthorizationCode&) = default;
};

// What taking a code found. What a first use granted is known by its `sid`.
struct TakenCode {
  AuthorizationCode code;
  bool used_before = false;
};

// What a refresh token stands for. Of a family, however often it was refreshed,
// only the newest secret counts.
struct RefreshFamily {
  SecretHash family;
  std::string client;
  UserId user;
  std::string sid;
  std::string scope;
  Timestamp authenticated_at;
  Timestamp idle_until;  // over unless refreshed before
  Timestamp expires_at;  // over in any case

  friend bool operator==(const RefreshFamily&, const RefreshFamily&) = default;
};

// A refresh token has two parts: one stays the same for its family, one is new
// with every refresh. So a family is one row, and any token of it that has been
// used before is known for what it is.
struct RefreshSecret {
  SecretHash family;
  SecretHash secret;
};

struct Rotation {
  RefreshSecret presented;
  SecretHash successor;
  Timestamp now;
  Timestamp idle_until;  // of the family, from now on
};

enum class RotationError {
  unknown,  // or over
  reused,   // a secret that was used before: the family is revoked
};

// Who may make an account although nobody else may sign up.
struct Invite {
  SecretHash code;
  std::optional<UserId> made_by;  // none: the command line
  Timestamp created_at;
  Timestamp expires_at;
  std::int64_t uses_left = 1;

  friend bool operator==(const Invite&, const Invite&) = default;
};

enum class LinkOutcome {
  account_added,
  name_taken,  // and the link is as good as before
  link_void,   // unknown, expired, used up; a set-up link also once there is an admin
};

// Something that ends tokens which are signed and not yet over.
struct AccountChange {
  std::int64_t id = 0;  // ascending; one that is visible has no lower one that is not yet
  UserId account;
  std::string sid;  // empty: every login of the account
  Timestamp at;     // tokens issued until then are over

  friend bool operator==(const AccountChange&, const AccountChange&) = default;
};

// A used refresh secret presented again so soon, while its successor is unused,
// is a lost answer and no theft.
inline constexpr std::chrono::seconds lost_answer_max{30};
// So long after its end a code is remembered, so that a second use is noticed.
inline constexpr std::chrono::minutes code_memory{10};
// So long changes of accounts are kept: longer than any token that they end, but
// those of accounts, whose `valid_from` stays.
inline constexpr std::chrono::hours account_change_memory{24};
// A user's further browser session or refresh family ends the oldest.
inline constexpr std::size_t sessions_per_user_max = 100;
inline constexpr std::size_t families_per_user_max = 100;

// Where the embedded issuer keeps what it has granted. Secrets come in hashed,
// times as parameters; what is over at `now` is not found, used codes apart.
//
// Threading: any; every call blocks and is atomic. Errors: throws Unavailable;
// a call that throws has changed nothing.
class Grants {
 public:
  virtual ~Grants() = default;

  // --- browser sessions -----------------------------------------------------
  // False, and nothing added, unless the account is there, enabled and as it was
  // at `created_at`: a sign-in that a new password overtakes has failed. A session of the
  // account with that `sid` is replaced: its `id` is found no more, its login goes on.
  [[nodiscard]] virtual bool add_session(const BrowserSession& session) = 0;
  [[nodiscard]] virtual std::optional<BrowserSession> find_session(const SecretHash& id, Timestamp now) = 0;
  virtual void touch_session(const SecretHash& id, Timestamp now, Timestamp expires_at) = 0;

  // Ends the login: its browser session and refresh families, and, through
  // account_changes_after(), its tokens.
  virtual void end_login(std::string_view sid, const UserId& user, Timestamp now) = 0;
  // The same for all logins of a user, who need not have an account here.
  virtual void end_logins(const UserId& user, Timestamp until) = 0;

  // --- authorization codes --------------------------------------------------
  // False, and nothing added, when the browser session of its `sid` is over.
  [[nodiscard]] virtual bool add_code(const AuthorizationCode& code) = 0;
  // Marks the code used. Of two takers exactly one finds it unused; the other
  // revokes by that what the first was or will be granted with it.
  [[nodiscard]] virtual std::optional<TakenCode> take_code(const SecretHash& code, Timestamp now) = 0;

  // --- refresh tokens -------------------------------------------------------
  // False, and nothing added, when the code was taken twice, or the browser
  // session of its `sid` has been ended since.
  [[nodiscard]] virtual bool start_family(const RefreshFamily& family, const SecretHash& first_secret,
                                          const SecretHash& code) = 0;
  // By its constant part, whatever the other one is: for those who must look before they rotate.
  [[nodiscard]] virtual std::optional<RefreshFamily> find_family(const SecretHash& family, Timestamp now) = 0;
  // Replaces the presented secret by its successor, and a successor that nobody
  // has used within lost_answer_max by another one.
  [[nodiscard]] virtual std::expected<RefreshFamily, RotationError> rotate(const Rotation& rotation) = 0;
  virtual void revoke_family(const SecretHash& family) = 0;

  // --- links that make accounts ---------------------------------------------
  // The one set-up link; replaces an earlier one. False when there is an admin.
  [[nodiscard]] virtual bool set_setup_link(const SecretHash& link, Timestamp expires_at) = 0;
  [[nodiscard]] virtual bool setup_link_valid(const SecretHash& link, Timestamp now) = 0;
  // Consumes the link and makes `admin`, both or neither.
  [[nodiscard]] virtual LinkOutcome use_setup_link(const SecretHash& link, const Account& admin,
                                                   Timestamp now) = 0;

  virtual void add_invite(const Invite& invite) = 0;
  [[nodiscard]] virtual std::optional<Invite> find_invite(const SecretHash& code, Timestamp now) = 0;
  // Takes one use and makes `account`, both or neither.
  [[nodiscard]] virtual LinkOutcome use_invite(const SecretHash& code, const Account& account,
                                               Timestamp now) = 0;

  // --- changes --------------------------------------------------------------
  // At most `limit`, oldest first. Appended by end_login(), end_logins() and by every change of an account.
  [[nodiscard]] virtual std::vector<AccountChange> account_changes_after(std::int64_t id,
                                                                         std::size_t limit) = 0;

  // Removes what is over, at most `limit` of each kind; returns how many in all.
  virtual std::size_t forget_expired_grants(Timestamp now, std::size_t limit) = 0;
};

}  // namespace chatserver::store
