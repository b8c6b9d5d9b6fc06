#include "store/postgres/postgres_store.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "store/committing.hpp"
#include "store/log_records.hpp"
#include "store/paging.hpp"
#include "store/postgres/accounts.hpp"
#include "store/postgres/activity.hpp"
#include "store/postgres/channels.hpp"
#include "store/postgres/database.hpp"
#include "store/postgres/directory.hpp"
#include "store/postgres/inspection.hpp"
#include "store/postgres/links.hpp"
#include "store/postgres/logins.hpp"
#include "store/postgres/messages.hpp"
#include "store/postgres/opening.hpp"
#include "store/postgres/outbox.hpp"
#include "store/postgres/pulses.hpp"
#include "store/postgres/search.hpp"
#include "store/postgres/secrets.hpp"
#include "store/postgres/tokens.hpp"
#include "store/postgres/user_records.hpp"
#include "store/postgres/visible_marks.hpp"

namespace chatserver::store {
namespace {

using postgres::Connection;

// The ids of messages that nobody can have seen yet.
template <class AnyMessage>
std::vector<std::int64_t> ids_above(CacheId visible, const std::vector<AnyMessage>& messages) {
  std::vector<std::int64_t> ids;
  for (const AnyMessage& message : messages) {
    if (message.cache_id > visible) ids.push_back(message.cache_id.value());
  }
  return ids;
}

// What each call means is said in store.hpp, how it is done beside its SQL.
class PostgresStore final : public Store, public LogRecords, public Secrets {
 public:
  PostgresStore(postgres::ReadyDatabase ready, const PostgresOptions& options, Log& log)
      : timeout_(options.timeout),
        node_(ready.node),
        dead_(options.access == Access::node ? postgres::Dead::silent : postgres::Dead::all_others),
        database_(std::move(ready), options, log) {
    if (options.access == Access::server) visible_.limit_to(PostgresStore::id_marks());
  }

  void append(const Batch& batch) override {
    const IdMarks seen = visible_.marks();
    auto undo = [ids = ids_above(seen.messages, batch.messages),
                 private_ids = ids_above(seen.private_messages, batch.private_messages)](Connection& c) {
      postgres::remove(c, ids, private_ids);
    };
    database_.write([&](Connection& c) { postgres::append(c, batch); }, std::move(undo));
    visible_.raise(batch);
  }
  IdMarks id_marks() override {
    return database_.read([](Connection& c) { return postgres::id_marks(c); });
  }
  void reserve_ids(const IdMarks& up_to) override {
    database_.write([&](Connection& c) { postgres::reserve_ids(c, up_to); });
  }
  Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override {
    const CacheId last = visible_.message_at_most(up_to);
    return database_.read([&](Connection& c) { return postgres::messages_between(c, after, last, limit); });
  }
  PrivateMessages private_messages_between(const UserId& user, CacheId after, CacheId up_to,
                                           std::size_t limit) override {
    const CacheId last = visible_.private_message_at_most(up_to);
    return database_.read(
        [&](Connection& c) { return postgres::private_messages_between(c, user, after, last, limit); });
  }
  std::vector<NewestPrivateMessage> newest_private_messages(CacheId up_to) override {
    const CacheId last = visible_.private_message_at_most(up_to);
    return database_.read([&](Connection& c) { return postgres::newest_private_messages(c, last); });
  }
  MessagePage history(ChannelId channel, std::optional<CacheId> before, std::size_t limit) override {
    const CacheId last = visible_.message_at_most(last_before(before));
    return database_.read([&](Connection& c) { return postgres::history(c, channel, last, limit); });
  }
  PrivateMessagePage private_history(const UserId& user, const std::optional<UserId>& with,
                                     std::optional<CacheId> before, std::size_t limit) override {
    const CacheId last = visible_.private_message_at_most(last_before(before));
    return database_.read(
        [&](Connection& c) { return postgres::private_history(c, user, with, last, limit); });
  }
  std::optional<NonceUse> find_nonce(const UserId& user, std::string_view nonce,
                                     Timestamp not_before) override {
    const UserNonce one{.user = user, .nonce = std::string(nonce)};
    return std::move(PostgresStore::find_nonces({&one, 1}, not_before).front());
  }
  std::vector<std::optional<NonceUse>> find_nonces(std::span<const UserNonce> nonces,
                                                   Timestamp not_before) override {
    const IdMarks last = visible_.marks();
    return database_.read([&](Connection& c) { return postgres::find_nonces(c, nonces, not_before, last); });
  }
  std::size_t forget_nonces(Timestamp before) override {
    return database_.write([&](Connection& c) { return postgres::forget_nonces(c, before); });
  }
  std::vector<Tombstone> tombstones(CacheId up_to, std::size_t limit) override {
    return database_.read([&](Connection& c) { return postgres::tombstones(c, up_to, limit); });
  }

  MessagePage search_messages(const MessageQuery& query) override {
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    const std::vector<Message> unstored = unstored_hits(query, deadline);
    const CacheId newest = visible_.marks().messages;
    return database_.read(
        [&](Connection& c) { return postgres::search_messages(c, query, unstored, newest, deadline); });
  }
  IndexProgress index_messages(std::size_t limit) override {
    const CacheId newest = visible_.marks().messages;
    if (!database_.read([&](Connection& c) { return postgres::index_is_behind(c, newest); })) return {};
    return database_.write([&](Connection& c) { return postgres::index_messages(c, newest, limit); });
  }

  std::vector<Channel> channels() override {
    return database_.read([](Connection& c) { return postgres::channels(c); });
  }
  void record_seen(std::span<const SeenUser> users) override {
    database_.write([&](Connection& c) { postgres::record_seen(c, users); });
  }
  std::vector<User> users() override {
    return database_.read([](Connection& c) { return postgres::users(c); });
  }
  std::vector<Ban> bans_in_force(Timestamp now) override {
    return database_.read([&](Connection& c) { return postgres::bans_in_force(c, now); });
  }
  std::string server_id() override {
    return database_.read([](Connection& c) { return postgres::server_id(c); });
  }
  std::string claim_users(const std::string& issuer, const std::string& former) override {
    return database_.write([&](Connection& c) { return postgres::claim_users(c, issuer, former); });
  }
  LogRecord log_record() override {
    return database_.read([](Connection& c) { return postgres::log_record(c); });
  }
  void record_log(const LogRecord& record) override {
    database_.write([&](Connection& c) { postgres::record_log(c, record); });
  }
  RateLimit rate_limit() override {
    return database_.read([](Connection& c) { return postgres::rate_limit(c); });
  }
  Secrets* secrets() override { return this; }
  std::optional<Secret> find_secret(std::string_view name) override {
    return database_.read([&](Connection& c) { return postgres::find_secret(c, name); });
  }
  std::int64_t secret_version(std::string_view name) override {
    return database_.read([&](Connection& c) { return postgres::secret_version(c, name); });
  }
  bool replace_secret(std::string_view name, std::int64_t replaced, std::string_view content) override {
    return database_.write(
        [&](Connection& c) { return postgres::replace_secret(c, name, replaced, content); });
  }
  std::optional<bool> reachable() const override { return database_.writable(); }

  void begin_sessions(std::span<const SessionStart> sessions) override {
    database_.write([&](Connection& c) { postgres::begin_sessions(c, node_, sessions); });
  }
  void record_sessions(std::span<const SessionRecord> sessions) override {
    database_.write([&](Connection& c) { postgres::record_sessions(c, sessions); });
  }
  std::vector<SessionRecord> sessions(const UserId& user) override {
    return database_.read([&](Connection& c) { return postgres::sessions(c, user); });
  }
  void record_alive(Timestamp now) override {
    database_.write([&](Connection& c) {
      postgres::note_alive(c, node_, now);
      if (dead_ == postgres::Dead::silent) postgres::end_sessions_of(c, dead_, node_);
    });
  }
  std::size_t end_abandoned_sessions() override {
    return database_.write([&](Connection& c) { return postgres::end_sessions_of(c, dead_, node_); });
  }
  std::vector<SessionDay> session_days(const std::optional<UserId>& user,
                                       std::chrono::sys_days from) override {
    return database_.read([&](Connection& c) { return postgres::session_days(c, user, from); });
  }
  std::vector<ChannelCount> message_counts() override {
    return database_.read([](Connection& c) { return postgres::message_counts(c); });
  }

  std::vector<User> find_users(std::string_view name, NameMatch match, std::size_t limit) override {
    return database_.read([&](Connection& c) { return postgres::find_users(c, name, match, limit); });
  }
  BanPage ban_records(std::size_t limit, std::size_t offset) override {
    return database_.read([&](Connection& c) { return postgres::ban_records(c, limit, offset); });
  }

  std::expected<CommittedChange, ChangeRefusal> commit(Change change, Timestamp now) override {
    return database_.write([&](Connection& c) { return store::commit(c, change, now); });
  }
  // On the session that writes, which first finds out what became of a commit without an answer.
  std::vector<CommittedChange> unapplied_changes(std::size_t limit) override {
    return database_.write([&](Connection& c) { return postgres::unapplied_changes(c, limit); });
  }
  void changes_applied(ChangeId up_to) override {
    database_.write([&](Connection& c) { postgres::changes_applied(c, up_to); });
  }
  std::size_t remove_purged(std::size_t limit, Timestamp now) override {
    return database_.write([&](Connection& c) { return postgres::remove_purged(c, limit, now); });
  }

  bool add_account(const Account& account) override {
    return database_.write([&](Connection& c) { return postgres::add_account(c, account); });
  }
  std::optional<Account> find_account(std::string_view username) override {
    return database_.read([&](Connection& c) { return postgres::find_account(c, username); });
  }
  std::optional<Account> find_account_by_id(const UserId& id) override {
    return database_.read([&](Connection& c) { return postgres::find_account_by_id(c, id); });
  }
  std::vector<Account> accounts() override {
    return database_.read([](Connection& c) { return postgres::accounts(c); });
  }
  bool set_password(const UserId& id, std::string_view password_hash, Timestamp now) override {
    return database_.write([&](Connection& c) { return postgres::set_password(c, id, password_hash, now); });
  }
  bool set_admin(const UserId& id, bool admin, Timestamp now) override {
    return database_.write([&](Connection& c) { return postgres::set_admin(c, id, admin, now); });
  }
  bool set_disabled(const UserId& id, bool disabled, Timestamp now) override {
    return database_.write([&](Connection& c) { return postgres::set_disabled(c, id, disabled, now); });
  }

  bool add_session(const BrowserSession& session) override {
    return database_.write([&](Connection& c) { return postgres::add_session(c, session); });
  }
  std::optional<BrowserSession> find_session(const SecretHash& id, Timestamp now) override {
    return database_.read([&](Connection& c) { return postgres::find_session(c, id, now); });
  }
  void touch_session(const SecretHash& id, Timestamp now, Timestamp expires_at) override {
    database_.write([&](Connection& c) { postgres::touch_session(c, id, now, expires_at); });
  }
  void end_login(std::string_view sid, const UserId& user, Timestamp now) override {
    database_.write([&](Connection& c) { postgres::end_login(c, sid, user, now); });
  }
  void end_logins(const UserId& user, Timestamp until) override {
    database_.write([&](Connection& c) { postgres::end_logins(c, user, until); });
  }
  bool add_code(const AuthorizationCode& code) override {
    return database_.write([&](Connection& c) { return postgres::add_code(c, code); });
  }
  std::optional<TakenCode> take_code(const SecretHash& code, Timestamp now) override {
    return database_.write([&](Connection& c) { return postgres::take_code(c, code, now); });
  }
  bool start_family(const RefreshFamily& family, const SecretHash& first_secret,
                    const SecretHash& code) override {
    return database_.write(
        [&](Connection& c) { return postgres::start_family(c, family, first_secret, code); });
  }
  std::optional<RefreshFamily> find_family(const SecretHash& family, Timestamp now) override {
    return database_.read([&](Connection& c) { return postgres::find_family(c, family, now); });
  }
  std::expected<RefreshFamily, RotationError> rotate(const Rotation& rotation) override {
    return database_.write([&](Connection& c) { return postgres::rotate(c, rotation); });
  }
  void revoke_family(const SecretHash& family) override {
    database_.write([&](Connection& c) { postgres::revoke_family(c, family); });
  }
  bool set_setup_link(const SecretHash& link, Timestamp expires_at) override {
    return database_.write([&](Connection& c) { return postgres::set_setup_link(c, link, expires_at); });
  }
  bool setup_link_valid(const SecretHash& link, Timestamp now) override {
    return database_.read([&](Connection& c) { return postgres::setup_link_valid(c, link, now); });
  }
  LinkOutcome use_setup_link(const SecretHash& link, const Account& admin, Timestamp now) override {
    return database_.write([&](Connection& c) { return postgres::use_setup_link(c, link, admin, now); });
  }
  void add_invite(const Invite& invite) override {
    database_.write([&](Connection& c) { postgres::add_invite(c, invite); });
  }
  std::optional<Invite> find_invite(const SecretHash& code, Timestamp now) override {
    return database_.read([&](Connection& c) { return postgres::find_invite(c, code, now); });
  }
  LinkOutcome use_invite(const SecretHash& code, const Account& account, Timestamp now) override {
    return database_.write([&](Connection& c) { return postgres::use_invite(c, code, account, now); });
  }
  std::vector<AccountChange> account_changes_after(std::int64_t id, std::size_t limit) override {
    return database_.read([&](Connection& c) { return postgres::account_changes_after(c, id, limit); });
  }
  std::size_t forget_expired_grants(Timestamp now, std::size_t limit) override {
    return database_.write([&](Connection& c) { return postgres::forget_expired_grants(c, now, limit); });
  }

 private:
  const std::chrono::milliseconds timeout_;
  const postgres::NodeId node_;
  const postgres::Dead dead_;
  postgres::VisibleMarks visible_;
  postgres::Database database_;
};

}  // namespace

std::expected<std::unique_ptr<Store>, OpenError> open_postgres(const PostgresOptions& options, Log& log) {
  auto ready = postgres::make_ready(options);
  if (!ready) return std::unexpected(std::move(ready.error()));
  try {
    return std::make_unique<PostgresStore>(*std::move(ready), options, log);
  } catch (const Unavailable& error) {
    return std::unexpected(OpenError{.reason = OpenFailure::unreachable, .detail = error.what()});
  }
}

}  // namespace chatserver::store
