#include "store/postgres/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "base/check.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr int binary = 1;
constexpr std::size_t copied_at_once = std::size_t{64} << 10U;

// Durable means durable, whatever the database's defaults are; the keepalives are
// the server's own, so that it lets go of the lock of a machine that has vanished.
constexpr const char* session_settings = R"sql(
  SET search_path = chatserver, pg_catalog;
  SET timezone = 'UTC';
  SET statement_timeout = {0};
  SET idle_in_transaction_session_timeout = {1};
  SET tcp_keepalives_idle = 10;
  SET tcp_keepalives_interval = 5;
  SET tcp_keepalives_count = 3;
  SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') IN ('off', 'local');
)sql";

std::string one_line(std::string_view text) {
  std::string line(text.substr(0, text.find_last_not_of("\n ") + 1));
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

// The server's own words, except where they quote values: bad data (22) and
// broken constraints (23).
Failure failure_of(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (state == nullptr) return {Failure::Kind::connection, one_line(PQresultErrorMessage(result))};
  const std::string_view sqlstate = state;
  const bool quotes_values = sqlstate.starts_with("22") || sqlstate.starts_with("23");
  // Shutting down, starting up, the session was ended (25P03: idle in a transaction), the protocol was
  // broken.
  const bool ended = sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate == "25P03";
  return {ended ? Failure::Kind::connection : Failure::Kind::statement,
          fmt::format("{} (SQLSTATE {})", quotes_values || words == nullptr ? "refused" : one_line(words),
                      sqlstate),
          std::string(sqlstate)};
}

bool succeeded(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

}  // namespace

Connection::Connection(Target target, std::chrono::milliseconds timeout)
    : target_(std::move(target)), timeout_(timeout), deadline_(std::chrono::steady_clock::now() + timeout) {}

void Connection::Finish::operator()(pg_conn* connection) const noexcept {
  PQfinish(connection);
}

void Connection::connect() {
  disconnect();
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : target_.parameters()) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
  if (!connection_) throw std::bad_alloc();

  auto step = PQstatus(connection_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (step != PGRES_POLLING_OK) {
    if (step == PGRES_POLLING_FAILED) lost(PQerrorMessage(connection_.get()));
    wait_for(step == PGRES_POLLING_READING ? POLLIN : POLLOUT);
    step = PQconnectPoll(connection_.get());
  }
  // Notices would go to standard error.
  PQsetNoticeReceiver(connection_.get(), [](void*, const PGresult*) {}, nullptr);
  if (PQsetnonblocking(connection_.get(), 1) != 0) lost(PQerrorMessage(connection_.get()));
  // Whoever waits for a lock of a process that was frozen, or that has given this session up, gets it within
  // the time of its own statement.
  script(fmt::format(session_settings, timeout_.count(), timeout_.count() / 2));
}

void Connection::disconnect() noexcept {
  connection_.reset();
  prepared_.clear();
}

bool Connection::usable() noexcept {
  if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK) return false;
  // Nothing is under way: what can be read now is the server's farewell.
  pollfd socket{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
  if (::poll(&socket, 1, 0) <= 0) return true;
  return PQconsumeInput(connection_.get()) == 1 && PQstatus(connection_.get()) == CONNECTION_OK;
}

int Connection::server_version() const noexcept {
  return connection_ ? PQserverVersion(connection_.get()) : 0;
}

std::vector<Rows> Connection::exchange(std::span<const Statement> statements) {
  check(!statements.empty(), "an exchange has a statement");
  if (!connection_) throw Failure(Failure::Kind::connection, "not connected");
  if (PQenterPipelineMode(connection_.get()) != 1) lost(PQerrorMessage(connection_.get()));
  const auto awaited = send(statements);
  return receive(awaited);
}

std::vector<Connection::Awaited> Connection::send(std::span<const Statement> statements) {
  std::vector<Awaited> awaited;
  std::unordered_set<const char*> preparing;
  for (const Statement& statement : statements) {
    const char* sql = statement.sql.text;
    if (!prepared_.contains(sql) && preparing.insert(sql).second) {
      send_prepare(statement);
      awaited.push_back({.prepared = sql});
    }
    send_run(statement);
    awaited.push_back({});
  }
  if (PQpipelineSync(connection_.get()) != 1) lost(PQerrorMessage(connection_.get()));
  return awaited;
}

void Connection::send_prepare(const Statement& statement) {
  std::vector<Oid> types;
  for (const Parameter& one : statement.parameters) types.push_back(one.type);
  if (PQsendPrepare(connection_.get(), name_of(statement.sql).c_str(), statement.sql.text,
                    static_cast<int>(types.size()), types.data()) != 1) {
    lost(PQerrorMessage(connection_.get()));
  }
}

void Connection::send_run(const Statement& statement) {
  std::vector<const char*> values;
  std::vector<int> lengths;
  for (const Parameter& one : statement.parameters) {
    values.push_back(one.bytes ? one.bytes->data() : nullptr);
    lengths.push_back(one.bytes ? static_cast<int>(one.bytes->size()) : 0);
  }
  const std::vector<int> formats(values.size(), binary);
  if (PQsendQueryPrepared(connection_.get(), name_of(statement.sql).c_str(), static_cast<int>(values.size()),
                          values.data(), lengths.data(), formats.data(), binary) != 1) {
    lost(PQerrorMessage(connection_.get()));
  }
}

// After the first failure the server skips the rest, so that failure is the one that counts.
std::vector<Rows> Connection::receive(std::span<const Awaited> awaited) {
  std::vector<Rows> results;
  std::optional<Failure> failure;
  for (const Awaited& one : awaited) {
    PGresult* result = next_result();
    Rows rows(result);
    if (result == nullptr) lost("the server's answer is missing");
    if (!succeeded(result)) {
      if (!failure) failure = failure_of(result);
      if (PQstatus(connection_.get()) != CONNECTION_OK) break;
    } else if (one.prepared != nullptr) {
      prepared_.insert(one.prepared);
    } else {
      results.push_back(std::move(rows));
    }
    const Rows end(next_result());  // null: the end of this statement's results
  }
  if (failure && failure->kind() == Failure::Kind::connection) disconnect();
  if (connection_) {
    const Rows synchronised(next_result());
    if (PQexitPipelineMode(connection_.get()) != 1) lost(PQerrorMessage(connection_.get()));
  }
  if (failure) throw Failure(*failure);
  return results;
}

void Connection::script(const std::string& sql) {
  if (!connection_) throw Failure(Failure::Kind::connection, "not connected");
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1) lost(PQerrorMessage(connection_.get()));
  if (const auto failure = end_of_command()) throw Failure(*failure);
}

void Connection::copy(Sql sql, std::string_view data) {
  if (!connection_) throw Failure(Failure::Kind::connection, "not connected");
  if (PQsendQuery(connection_.get(), sql.text) != 1) lost(PQerrorMessage(connection_.get()));
  PGresult* begun = next_result();
  const Rows owned(begun);
  if (begun == nullptr) lost("the server's answer is missing");
  std::optional<Failure> failure;
  if (PQresultStatus(begun) == PGRES_COPY_IN) {
    send_copied(data);
  } else {
    failure = failure_of(begun);
  }
  const auto at_the_end = end_of_command();
  if (failure) throw Failure(*failure);
  if (at_the_end) throw Failure(*at_the_end);
}

void Connection::send_copied(std::string_view data) {
  while (!data.empty()) {
    const std::string_view piece = data.substr(0, copied_at_once);
    const int queued = PQputCopyData(connection_.get(), piece.data(), static_cast<int>(piece.size()));
    if (queued < 0) lost(PQerrorMessage(connection_.get()));
    if (queued == 0) {
      wait_for(POLLOUT);
    } else {
      data.remove_prefix(piece.size());
    }
  }
  while (PQputCopyEnd(connection_.get(), nullptr) == 0) wait_for(POLLOUT);
}

// What went wrong first, once everything that was asked for has its answer.
std::optional<Failure> Connection::end_of_command() {
  std::optional<Failure> failure;
  while (PGresult* result = next_result()) {
    const Rows rows(result);
    if (!succeeded(result) && !failure) failure = failure_of(result);
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) disconnect();
  return failure;
}

pg_result* Connection::next_result() {
  while (PQisBusy(connection_.get()) == 1) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) break;  // the result says why
    wait_for(static_cast<short>(POLLIN | (unsent == 1 ? POLLOUT : 0)));
    if (PQconsumeInput(connection_.get()) != 1) break;
  }
  return PQgetResult(connection_.get());
}

void Connection::wait_for(short events) {
  pollfd socket{.fd = PQsocket(connection_.get()), .events = events, .revents = 0};
  if (socket.fd < 0) lost(PQerrorMessage(connection_.get()));
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) lost("no answer in time");
    // An hour at most: a far deadline does not fit poll()'s int.
    const int ready = ::poll(&socket, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 3'600'000)));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) lost(std::generic_category().message(errno));
  }
}

const std::string& Connection::name_of(Sql sql) {
  auto& name = names_[sql.text];
  if (name.empty()) name = "s" + std::to_string(names_.size());
  return name;
}

void Connection::lost(const std::string& why) {
  const std::string reason = one_line(why);
  disconnect();
  throw Failure(Failure::Kind::connection, reason.empty() ? "the connection broke" : reason);
}

}  // namespace chatserver::store::postgres
