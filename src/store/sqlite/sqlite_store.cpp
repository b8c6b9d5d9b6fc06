#include "store/sqlite/sqlite_store.hpp"

#include <exception>
#include <type_traits>
#include <utility>

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "base/check.hpp"
#include "store/sqlite/accounts.hpp"
#include "store/sqlite/connection_pool.hpp"
#include "store/sqlite/directory.hpp"
#include "store/sqlite/messages.hpp"
#include "store/sqlite/opening.hpp"

namespace chatserver::store {
namespace {

using sqlite::Connection;

// Lends a connection to each call, turns its errors into Unavailable. Writes go
// one after the other through the only connection that writes.
class SqliteStore final : public Store {
 public:
  SqliteStore(sqlite::ReadyFile file, const SqliteOptions& options)
      : file_(std::move(file)),
        writer_(file_.path, sqlite::Mode::read_write, 1, options.timeout),
        readers_(file_.path, sqlite::Mode::read_only, options.pool, options.timeout) {}

  void append(const Batch& batch) override {
    write([&](Connection& c) { sqlite::append(c, batch); });
  }
  IdMarks id_marks() override {
    return read([](Connection& c) { return sqlite::id_marks(c); });
  }
  Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::messages_between(c, after, up_to, limit); });
  }
  PrivateMessages private_messages_between(const UserId& user, CacheId after, CacheId up_to,
                                           std::size_t limit) override {
    return read(
        [&](Connection& c) { return sqlite::private_messages_between(c, user, after, up_to, limit); });
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
  std::vector<Tombstone> delete_messages(std::span<const CacheId> ids, Timestamp now) override {
    return write([&](Connection& c) { return sqlite::delete_messages(c, ids, now); });
  }
  std::vector<Tombstone> tombstones(CacheId up_to, std::size_t limit) override {
    return read([&](Connection& c) { return sqlite::tombstones(c, up_to, limit); });
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
  Ban add_ban(const Ban& ban) override {
    return write([&](Connection& c) { return sqlite::add_ban(c, ban); });
  }
  bool pardon(BanId id) override {
    return write([&](Connection& c) { return sqlite::pardon(c, id); });
  }
  std::string server_id() override {
    return read([](Connection& c) { return sqlite::server_id(c); });
  }
  RateLimit rate_limit() override {
    return read([](Connection& c) { return sqlite::rate_limit(c); });
  }
  void set_rate_limit(const RateLimit& limit) override {
    write([&](Connection& c) { sqlite::set_rate_limit(c, limit); });
  }
  void record_sessions(std::span<const SessionRecord> sessions) override {
    write([&](Connection& c) { sqlite::record_sessions(c, sessions); });
  }
  std::vector<SessionRecord> sessions(const UserId& user) override {
    return read([&](Connection& c) { return sqlite::sessions(c, user); });
  }

  bool add_account(const Account& account) override {
    return write([&](Connection& c) { return sqlite::add_account(c, account); });
  }
  std::optional<Account> find_account(std::string_view username) override {
    return read([&](Connection& c) { return sqlite::find_account(c, username); });
  }
  std::vector<Account> accounts() override {
    return read([](Connection& c) { return sqlite::accounts(c); });
  }
  bool set_password(const UserId& id, std::string_view password_hash) override {
    return write([&](Connection& c) { return sqlite::set_password(c, id, password_hash); });
  }
  bool set_admin(const UserId& id, bool admin) override {
    return write([&](Connection& c) { return sqlite::set_admin(c, id, admin); });
  }
  bool set_disabled(const UserId& id, bool disabled) override {
    return write([&](Connection& c) { return sqlite::set_disabled(c, id, disabled); });
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
  sqlite::ConnectionPool writer_;
  sqlite::ConnectionPool readers_;
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
