#include "store/postgres/inspection.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/postgres/migrations.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr int server_version_min = 130000;

constexpr Sql select_columns = R"sql(
  SELECT c.relname::text, coalesce(a.attname::text, '')
  FROM pg_class AS c
  LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = to_regnamespace('chatserver') AND c.relkind IN ('r', 'p', 'v', 'm', 'f'))sql";

using Tables = std::map<std::string, std::set<std::string>, std::less<>>;

struct Table {
  std::string_view name;
  std::vector<std::string_view> columns;
};

// What an older installation's tables have at least, where it has them.
const std::array<Table, 7>& tables_of_older() {
  static const std::array<Table, 7> tables{
      {{"chat_messages", {"id", "owner_id", "channel", "message", "authored_at"}},
       {"channels", {"id", "name"}},
       {"private_messages",
        {"id", "owner_id", "username", "recipient_id", "recipient", "message", "authored_at"}},
       {"server_instances", {"id", "server_id", "server_name"}},
       {"rate_limiter", {"id", "owner_id", "message_limit", "window_seconds"}},
       {"chat_sessions", {"id", "owner_id", "start_time"}},
       {"bans", {"id", "owner_id", "banished_id", "start_time"}}}};
  return tables;
}
// Without these two it is no installation of a chat.
constexpr std::array<std::string_view, 2> tables_of_every_older{"chat_messages", "channels"};
// Names that we need for ourselves.
constexpr std::array<std::string_view, 20> tables_of_ours{"tombstones",
                                                          "id_marks",
                                                          "nonces",
                                                          "users",
                                                          "accounts",
                                                          "writer",
                                                          "schema_history",
                                                          "browser_sessions",
                                                          "authorization_codes",
                                                          "refresh_families",
                                                          "setup_links",
                                                          "invites",
                                                          "account_changes",
                                                          "server_pulse",
                                                          "node_pulses",
                                                          "message_counts",
                                                          "deleted_channels",
                                                          "purges",
                                                          "outbox",
                                                          "secrets"};

Tables tables_in(Connection& connection) {
  Tables tables;
  Rows rows = connection.run(select_columns);
  while (rows.next()) tables[rows.text(0)].insert(rows.text(1));
  return tables;
}

bool has(const Tables& tables, const Table& wanted) {
  const auto found = tables.find(wanted.name);
  return found != tables.end() && std::ranges::all_of(wanted.columns, [&](std::string_view column) {
           return found->second.contains(std::string(column));
         });
}

bool is_older_installation(const Tables& tables) {
  const auto there = [&](std::string_view name) { return tables.contains(name); };
  return std::ranges::all_of(tables_of_every_older, there) && std::ranges::none_of(tables_of_ours, there) &&
         std::ranges::all_of(tables_of_older(),
                             [&](const Table& table) { return !there(table.name) || has(tables, table); });
}

std::unexpected<OpenError> refuse(OpenFailure reason, std::string detail) {
  return std::unexpected(OpenError{.reason = reason, .detail = std::move(detail)});
}

}  // namespace

std::expected<int, OpenError> inspect(Connection& connection) {
  const std::string& name = connection.target().description();
  if (connection.server_version() < server_version_min) {
    return refuse(OpenFailure::failed, name + " is served by PostgreSQL " +
                                           std::to_string(connection.server_version() / 10000) +
                                           ": version 13 or newer is needed");
  }
  Rows encoding = connection.run("SELECT current_setting('server_encoding')");
  if (!encoding.next() || encoding.text(0) != "UTF8") {
    return refuse(OpenFailure::failed,
                  name + " is encoded in " + encoding.text(0) + ": make one with createdb --encoding=UTF8");
  }
  const Tables tables = tables_in(connection);
  if (tables.empty()) return 0;
  if (!has(tables, {"schema_history", {"version", "name", "applied_at"}})) {
    if (is_older_installation(tables)) return 0;
    return refuse(OpenFailure::foreign,
                  name +
                      " has a schema chatserver of something else: set store.url to a database of this "
                      "server's own");
  }
  Rows rows = connection.run("SELECT coalesce(max(version), 0) FROM chatserver.schema_history");
  const int version = rows.next() ? static_cast<int>(rows.integer(0)) : 0;
  if (version > schema_version()) {
    return refuse(OpenFailure::newer_version,
                  name + " has schema " + std::to_string(version) + ", this release knows " +
                      std::to_string(schema_version()) +
                      ": run the newer release that it was used with, or restore a backup made before");
  }
  return version;
}

OpenError open_error(const Target& target, const Failure& failure) {
  const std::string& name = target.description();
  const std::string_view why = failure.what();
  const std::string& state = failure.sqlstate();
  if (state == "42501") {
    return {.reason = OpenFailure::unwritable,
            .detail = name + " cannot be written: " + std::string(why) +
                      "; the user must own the schema chatserver, or may make it: GRANT CREATE ON DATABASE"};
  }
  if (state == "55P03") {
    return {.reason = OpenFailure::locked,
            .detail = name + " is in use by another program: " + std::string(why) + "; stop it first"};
  }
  if (failure.kind() == Failure::Kind::statement) {
    return {.reason = OpenFailure::failed, .detail = name + " cannot be opened: " + std::string(why)};
  }
  std::string advice = "see that the server runs and that store.url names it";
  if (why.contains("password") || why.contains("authentication") || why.contains("pg_hba")) {
    advice =
        "see that user and password in store.url (or store.url_file) are right and may come in (pg_hba.conf)";
  } else if (why.contains("certificate") || why.contains("SSL")) {
    advice = "see sslmode, sslrootcert and the host's name in store.url";
  } else if (why.contains("database") && why.contains("does not exist")) {
    advice = "make it with createdb, or correct store.url";
  }
  return {.reason = OpenFailure::unreachable,
          .detail = name + " cannot be reached: " + std::string(why) + "; " + advice};
}

}  // namespace chatserver::store::postgres
