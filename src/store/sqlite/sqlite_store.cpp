#include "store/sqlite/sqlite_store.hpp"

#include <exception>
#include <type_traits>
#include <utility>

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "base/check.hpp"
#include "store/committing.hpp"
#include "store/lending_pool.hpp"
#include "store/sqlite/accounts.hpp"
#include "store/sqlite/activity.hpp"
#include "store/sqlite/channels.hpp"
#include "store/sqlite/directory.hpp"
#include "store/sqlite/links.hpp"
#include "store/sqlite/logins.hpp"
#include "store/sqlite/messages.hpp"
#include "store/sqlite/opening.hpp"
#include "store/sqlite/outbox.hpp"
#include "store/sqlite/search.hpp"
#include "store/sqlite/tokens.hpp"
#include "store/sqlite/user_records.hpp"

namespace chatserver::store {
namespace {

using sqlite::Connection;

std::vector<std::unique_ptr<Connection>> connections(const std::filesystem::path& path, sqlite::Mode mode,
                                                     int count, std::chrono::milliseconds timeout) {
  std::vector<std::unique_ptr<Connection>> all;
  for (int i = 0; i < count; ++i) all.push_back(std::make_unique<Connection>(path, mode, timeout));
  return all;
}

// Lends a connection to each call, turns its errors into Unavailable. Writes go
// one after the other through the only connection that writes.
class SqliteStore final : public Store {
 public:
  SqliteStore(sqlite::ReadyFile file, const SqliteOptions& options)
      : file_(std::move(file)),
        timeout_(options.timeout),
        writer_(connections(file_.path, sqlite::Mode::read_write, 1, options.timeout), options.timeout),
        readers_(connections(file_.path, sqlite::Mode::read_only, options.pool, options.timeout),
                 options.timeout) {}

  void append(const Batch& batch) override {
    write([&](Connection& c) { sqlite::append(c, batch); });
  }
  IdMarks id_marks() override {
    return read([](Connection& c) { return sqlite::id_marks(c); });
  }
  void reserve_ids(const IdMarks& up_to) override {
    write([&](Connection& c) { sqlite::reserve_ids(c, up_to); });
  }
  Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::messages_between(c, after, up_to, limit); });
  }
  PrivateMessages private_messages_between(const UserId& user, CacheId after, CacheId up_to,
                                           std::size_t limit) override {
    return read(
        [&](Connection& c) { return sqlite::private_messages_between(c, user, after, up_to, limit); });
  }
  std::vector<NewestPrivateMessage> newest_private_messages(CacheId up_to) override {
    return read([&](Connection& c) { return sqlite::newest_private_messages(c, up_to); });
  }
  MessagePage history(ChannelId channel, std::optional<CacheId> before, std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::history(c, channel, before, limit); });
  }
  PrivateMessagePage private_history(const UserId& user, const std::optional<UserId>& with,
                                     std::optional<CacheId> before, std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::private_history(c, user, with, before, limit); });
  }
  std::optional<NonceUse> find_nonce(const UserId& user, std::string_view nonce,
                                     Timestamp not_before) override {
    return read([&](Connection& c) { return sqlite::find_nonce(c, user, nonce, not_before); });
  }
  std::size_t forget_nonces(Timestamp before) override {
    return write([&](Connection& c) { return sqlite::forget_nonces(c, before); });
  }
  std::vector<Tombstone> tombstones(CacheId up_to, std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::tombstones(c, up_to, limit); });
  }

  MessagePage search_messages(const MessageQuery& query) override {
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    const std::vector<Message> unstored = unstored_hits(query, deadline);
    return read([&](Connection& c) { return sqlite::search_messages(c, query, unstored, deadline); });
  }
  IndexProgress index_messages(std::size_t limit) override {
    if (!read([](Connection& c) { return sqlite::index_is_behind(c); })) return {};
    return write([&](Connection& c) { return sqlite::index_messages(c, limit); });
  }

  std::vector<Channel> channels() override {
    return read([](Connection& c) { return sqlite::channels(c); });
  }
  void record_seen(std::span<const SeenUser> users) override {
    write([&](Connection& c) { sqlite::record_seen(c, users); });
  }
  std::vector<User> users() override {
    return read([](Connection& c) { return sqlite::users(c); });
  }
  std::vector<Ban> bans_in_force(Timestamp now) override {
    return read([&](Connection& c) { return sqlite::bans_in_force(c, now); });
  }
  std::string server_id() override {
    return read([](Connection& c) { return sqlite::server_id(c); });
  }
  std::string claim_users(const std::string& issuer, const std::string& former) override {
    return write([&](Connection& c) { return sqlite::claim_users(c, issuer, former); });
  }
  RateLimit rate_limit() override {
    return read([](Connection& c) { return sqlite::rate_limit(c); });
  }

  void begin_sessions(std::span<const SessionStart> sessions) override {
    write([&](Connection& c) { sqlite::begin_sessions(c, sessions); });
  }
  void record_sessions(std::span<const SessionRecord> sessions) override {
    write([&](Connection& c) { sqlite::record_sessions(c, sessions); });
  }
  std::vector<SessionRecord> sessions(const UserId& user) override {
    return read([&](Connection& c) { return sqlite::sessions(c, user); });
  }
  void record_alive(Timestamp now) override {
    write([&](Connection& c) { sqlite::record_alive(c, now); });
  }
  std::size_t end_abandoned_sessions() override {
    return write([](Connection& c) { return sqlite::end_abandoned_sessions(c); });
  }
  std::vector<SessionDay> session_days(const std::optional<UserId>& user,
                                       std::chrono::sys_days from) override {
    return read([&](Connection& c) { return sqlite::session_days(c, user, from); });
  }
  std::vector<ChannelCount> message_counts() override {
    return read([](Connection& c) { return sqlite::message_counts(c); });
  }

  std::vector<User> find_users(std::string_view name, NameMatch match, std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::find_users(c, name, match, limit); });
  }
  BanPage ban_records(std::size_t limit, std::size_t offset) override {
    return read([&](Connection& c) { return sqlite::ban_records(c, limit, offset); });
  }

  std::expected<CommittedChange, ChangeRefusal> commit(Change change, Timestamp now) override {
    return write([&](Connection& c) { return store::commit(c, std::move(change), now); });
  }
  std::vector<CommittedChange> unapplied_changes(std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::unapplied_changes(c, limit); });
  }
  void changes_applied(ChangeId up_to) override {
    write([&](Connection& c) { sqlite::changes_applied(c, up_to); });
  }
  std::size_t remove_purged(std::size_t limit, Timestamp now) override {
    return write([&](Connection& c) { return sqlite::remove_purged(c, limit, now); });
  }

  bool add_account(const Account& account) override {
    return write([&](Connection& c) { return sqlite::add_account(c, account); });
  }
  std::optional<Account> find_account(std::string_view username) override {
    return read([&](Connection& c) { return sqlite::find_account(c, username); });
  }
  std::optional<Account> find_account_by_id(const UserId& id) override {
    return read([&](Connection& c) { return sqlite::find_account_by_id(c, id); });
  }
  std::vector<Account> accounts() override {
    return read([](Connection& c) { return sqlite::accounts(c); });
  }
  bool set_password(const UserId& id, std::string_view password_hash, Timestamp now) override {
    return write([&](Connection& c) { return sqlite::set_password(c, id, password_hash, now); });
  }
  bool set_admin(const UserId& id, bool admin, Timestamp now) override {
    return write([&](Connection& c) { return sqlite::set_admin(c, id, admin, now); });
  }
  bool set_disabled(const UserId& id, bool disabled, Timestamp now) override {
    return write([&](Connection& c) { return sqlite::set_disabled(c, id, disabled, now); });
  }

  bool add_session(const BrowserSession& session) override {
    return write([&](Connection& c) { return sqlite::add_session(c, session); });
  }
  std::optional<BrowserSession> find_session(const SecretHash& id, Timestamp now) override {
    return read([&](Connection& c) { return sqlite::find_session(c, id, now); });
  }
  void touch_session(const SecretHash& id, Timestamp now, Timestamp expires_at) override {
    write([&](Connection& c) { sqlite::touch_session(c, id, now, expires_at); });
  }
  void end_login(std::string_view sid, const UserId& user, Timestamp now) override {
    write([&](Connection& c) { sqlite::end_login(c, sid, user, now); });
  }
  void end_logins(const UserId& user, Timestamp until) override {
    write([&](Connection& c) { sqlite::end_logins(c, user, until); });
  }
  bool add_code(const AuthorizationCode& code) override {
    return write([&](Connection& c) { return sqlite::add_code(c, code); });
  }
  std::optional<TakenCode> take_code(const SecretHash& code, Timestamp now) override {
    return write([&](Connection& c) { return sqlite::take_code(c, code, now); });
  }
  bool start_family(const RefreshFamily& family, const SecretHash& first_secret,
                    const SecretHash& code) override {
    return write([&](Connection& c) { return sqlite::start_family(c, family, first_secret, code); });
  }
  std::optional<RefreshFamily> find_family(const SecretHash& family, Timestamp now) override {
    return read([&](Connection& c) { return sqlite::find_family(c, family, now); });
  }
  std::expected<RefreshFamily, RotationError> rotate(const Rotation& rotation) override {
    return write([&](Connection& c) { return sqlite::rotate(c, rotation); });
  }
  void revoke_family(const SecretHash& family) override {
    write([&](Connection& c) { sqlite::revoke_family(c, family); });
  }
  bool set_setup_link(const SecretHash& link, Timestamp expires_at) override {
    return write([&](Connection& c) { return sqlite::set_setup_link(c, link, expires_at); });
  }
  bool setup_link_valid(const SecretHash& link, Timestamp now) override {
    return read([&](Connection& c) { return sqlite::setup_link_valid(c, link, now); });
  }
  LinkOutcome use_setup_link(const SecretHash& link, const Account& admin, Timestamp now) override {
    return write([&](Connection& c) { return sqlite::use_setup_link(c, link, admin, now); });
  }
  void add_invite(const Invite& invite) override {
    write([&](Connection& c) { sqlite::add_invite(c, invite); });
  }
  std::optional<Invite> find_invite(const SecretHash& code, Timestamp now) override {
    return read([&](Connection& c) { return sqlite::find_invite(c, code, now); });
  }
  LinkOutcome use_invite(const SecretHash& code, const Account& account, Timestamp now) override {
    return write([&](Connection& c) { return sqlite::use_invite(c, code, account, now); });
  }
  std::vector<AccountChange> account_changes_after(std::int64_t id, std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::account_changes_after(c, id, limit); });
  }
  std::size_t forget_expired_grants(Timestamp now, std::size_t limit) override {
    return write([&](Connection& c) { return sqlite::forget_expired_grants(c, now, limit); });
  }

 private:
  template <class Call>
  std::invoke_result_t<Call&, Connection&> read(Call call) {
    const auto connection = readers_.lend();
    try {
      return call(*connection);
    } catch (const SQLite::Exception& error) {
      give_up(error);
    }
  }

  template <class Call>
  std::invoke_result_t<Call&, Connection&> write(Call call) {
    const auto connection = writer_.lend();
    try {
      sqlite::Transaction transaction(*connection);
      if constexpr (std::is_void_v<std::invoke_result_t<Call&, Connection&>>) {
        call(*connection);
        transaction.commit();
      } else {
        auto result = call(*connection);
        transaction.commit();
        return result;
      }
    } catch (const SQLite::Exception& error) {
      give_up(error);
    }
  }

  // SQLite's texts name tables and causes, never values.
  [[noreturn]] void give_up(const SQLite::Exception& error) const {
    check(error.getErrorCode() != SQLITE_MISUSE, "SQLite is used by its rules");
    throw Unavailable("store: " + file_.path.string() + ": " + error.what());
  }

  // Constant after construction. The writer goes after the readers: the last to
  // close merges the log into the database. The lock goes last.
  const sqlite::ReadyFile file_;
  const std::chrono::milliseconds timeout_;
  LendingPool<Connection> writer_;
  LendingPool<Connection> readers_;
};

}  // namespace

std::expected<std::unique_ptr<Store>, OpenError> open_sqlite(const SqliteOptions& options) {
  auto file = sqlite::make_ready(options);
  if (!file) return std::unexpected(std::move(file.error()));
  try {
    return std::make_unique<SqliteStore>(std::move(*file), options);
  } catch (...) {
    return std::unexpected(sqlite::open_error(options.path, std::current_exception()));
  }
}

}  // namespace chatserver::store
