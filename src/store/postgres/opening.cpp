#include "store/postgres/opening.hpp"

#include <string>
#include <utility>

#include "store/postgres/inspection.hpp"
#include "store/postgres/migrations.hpp"

namespace chatserver::store::postgres {
namespace {

std::unexpected<OpenError> unusable(std::string complaint) {
  return std::unexpected(OpenError{.reason = OpenFailure::failed, .detail = std::move(complaint)});
}

// Connected.
std::unique_ptr<Connection> connect(Target target, const PostgresOptions& options) {
  auto connection = std::make_unique<Connection>(std::move(target), options.timeout);
  connection->connect();
  return connection;
}

OpenError locked(Connection& connection) {
  const std::string holder = ServerLock::holder(connection);
  return {.reason = OpenFailure::locked,
          .detail = "another server" + (holder.empty() ? "" : ", " + holder + ",") + " serves from the " +
                    connection.target().description() +
                    ": stop it first, or give this one a database of its own in store.url"};
}

void renew_deadline(Connection& connection) {
  connection.set_deadline(std::chrono::steady_clock::now() + connection.timeout());
}

std::expected<ReadyDatabase, OpenError> prepare(std::unique_ptr<Connection> connection,
                                                const PostgresOptions& options) {
  renew_deadline(*connection);
  auto version = inspect(*connection);
  if (!version) return std::unexpected(version.error());
  const bool tool = options.access == Access::tool;
  if (tool && *version == schema_version()) {
    return ReadyDatabase{.connection = std::move(connection), .lock = {}, .node = no_node};
  }

  ServerLock lock(options.access == Access::node ? ServerLock::Hold::shared : ServerLock::Hold::alone);
  renew_deadline(*connection);
  if (!lock.take(*connection)) return std::unexpected(locked(*connection));
  version = inspect(*connection);  // it may have changed before the lock was ours
  if (!version) return std::unexpected(version.error());
  if (*version < schema_version()) migrate(*connection, options.initial_rate_limit);
  renew_deadline(*connection);
  if (tool) {
    connection->disconnect();  // and so lets go of the lock
    return ReadyDatabase{.connection = std::move(connection), .lock = {}, .node = no_node};
  }
  lock.begin_epoch(*connection);
  const NodeId node = new_node(*connection);
  return ReadyDatabase{.connection = std::move(connection), .lock = lock, .node = node};
}

}  // namespace

std::expected<ReadyDatabase, OpenError> make_ready(const PostgresOptions& options) {
  auto target = Target::parse(options.url);
  if (!target) return unusable(target.error());
  try {
    return prepare(connect(*target, options), options);
  } catch (const Failure& failure) {
    return std::unexpected(open_error(*target, failure));
  }
}

}  // namespace chatserver::store::postgres

namespace chatserver::store {

std::expected<MigrationStatus, OpenError> migration_status(const PostgresOptions& options) {
  auto target = postgres::Target::parse(options.url);
  if (!target) return postgres::unusable(target.error());
  try {
    const auto connection = postgres::connect(*target, options);
    const auto version = postgres::inspect(*connection);
    if (!version) return std::unexpected(version.error());
    MigrationStatus status{.current = *version, .target = postgres::schema_version(), .pending = {}};
    for (const auto& migration : postgres::migrations()) {
      if (migration.number > *version) status.pending.emplace_back(migration.name);
    }
    return status;
  } catch (const postgres::Failure& failure) {
    return std::unexpected(postgres::open_error(*target, failure));
  }
}

std::string description_of(const PostgresOptions& options) {
  const auto target = postgres::Target::parse(options.url);
  return target ? target->description() : target.error();
}

}  // namespace chatserver::store
