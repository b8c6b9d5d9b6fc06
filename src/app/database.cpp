#include "app/database.hpp"

#include "app/data_files.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace chatserver::app {
namespace {

// Commands do one thing after the other.
int pool_of(const config::Settings& settings, store::Access access) {
  return access == store::Access::tool ? 1 : settings.store.pool;
}

store::SqliteOptions sqlite_options(const config::Settings& settings, store::Access access) {
  return {.path = database_file(settings),
          .access = access,
          .pool = pool_of(settings, access),
          .timeout = settings.store.timeout,
          .initial_rate_limit = settings.initial_rate_limit};
}

store::PostgresOptions postgres_options(const config::Settings& settings, store::Access access) {
  return {.url = settings.store.url,
          .access = access,
          .pool = pool_of(settings, access),
          .timeout = settings.store.timeout,
          .initial_rate_limit = settings.initial_rate_limit};
}

bool on_postgres(const config::Settings& settings) {
  return settings.store.backend == store::Backend::postgres;
}

}  // namespace

std::expected<std::unique_ptr<store::Store>, store::OpenError> open_database(const config::Settings& settings,
                                                                             store::Access access, Log& log) {
  return on_postgres(settings) ? store::open_postgres(postgres_options(settings, access), log)
                               : store::open_sqlite(sqlite_options(settings, access));
}

std::expected<store::MigrationStatus, store::OpenError> database_status(const config::Settings& settings) {
  return on_postgres(settings) ? store::migration_status(postgres_options(settings, store::Access::tool))
                               : store::migration_status(database_file(settings));
}

std::string database_name(const config::Settings& settings) {
  return on_postgres(settings) ? store::description_of(postgres_options(settings, store::Access::tool))
                               : database_file(settings).string();
}

}  // namespace chatserver::app
