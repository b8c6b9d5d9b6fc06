#pragma once

#include <string>
#include <vector>

#include "support/scripted_server.hpp"

namespace chatserver::test {

// A PostgreSQL server, by tests/support/postgres.sh.
class PostgresServer : public ScriptedServer {
 public:
  // `options`: of the program `postgres`.
  explicit PostgresServer(const std::vector<std::string>& options = {})
      : ScriptedServer("postgres.sh", options) {}

  // As its superuser, who needs no password.
  [[nodiscard]] std::string url(const std::string& database) const {
    return "host=" + directory() + " port=5432 user=chat dbname=" + database;
  }
};

}  // namespace chatserver::test
