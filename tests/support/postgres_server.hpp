#pragma once

#include <string>

#include "support/scripted_server.hpp"

namespace chatserver::test {

// A PostgreSQL server, by tests/support/postgres.sh.
class PostgresServer : public ScriptedServer {
 public:
  PostgresServer() : ScriptedServer("postgres.sh") {}

  // As its superuser, who needs no password.
  [[nodiscard]] std::string url(const std::string& database) const {
    return "host=" + directory() + " port=5432 user=chat dbname=" + database;
  }
};

}  // namespace chatserver::test
