#pragma once

#include <string>

#include "support/scripted_server.hpp"

namespace chatserver::test {

// A Valkey or Redis server, by tests/support/valkey.sh.
class ValkeyServer : public ScriptedServer {
 public:
  // `kind`: "valkey" or "redis".
  explicit ValkeyServer(const std::string& kind) : ScriptedServer("valkey.sh", {kind}) {}

  [[nodiscard]] std::string url() const { return "valkey://" + directory() + "/socket"; }
};

}  // namespace chatserver::test
