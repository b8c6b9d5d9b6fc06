#include "store/postgres/secrets.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql select_secret = "SELECT content, version FROM secrets WHERE name = $1";
constexpr Sql select_version = "SELECT version FROM secrets WHERE name = $1";
// Of two at once each of these waits for the other's end, and then finds that it was too late.
constexpr Sql insert_secret = R"sql(
  INSERT INTO secrets (name, content) VALUES ($1, $2) ON CONFLICT DO NOTHING)sql";
constexpr Sql update_secret = R"sql(
  UPDATE secrets SET content = $2, version = DEFAULT WHERE name = $1 AND version = $3)sql";

}  // namespace

std::optional<Secret> find_secret(Connection& connection, std::string_view name) {
  Rows row = connection.run(select_secret, name);
  if (!row.next()) return std::nullopt;
  return Secret{.content = row.text(0), .version = row.integer(1)};
}

std::int64_t secret_version(Connection& connection, std::string_view name) {
  Rows row = connection.run(select_version, name);
  return row.next() ? row.integer(0) : 0;
}

bool replace_secret(Connection& connection, std::string_view name, std::int64_t replaced,
                    std::string_view content) {
  if (replaced == 0) return connection.run(insert_secret, name, content).changed() > 0;
  return connection.run(update_secret, name, content, replaced).changed() > 0;
}

}  // namespace chatserver::store::postgres
