#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/scripted_server.hpp"

namespace chatserver::test {

// A Valkey or Redis server, by tests/support/valkey.sh.
class ValkeyServer : public ScriptedServer {
 public:
  // `kind`: "valkey" or "redis"; `options`: of that program.
  explicit ValkeyServer(const std::string& kind, std::vector<std::string> options = {})
      : ScriptedServer("valkey.sh", with_kind(kind, std::move(options))) {}

  [[nodiscard]] std::string url() const { return "valkey://" + directory() + "/socket"; }

 private:
  static std::vector<std::string> with_kind(const std::string& kind, std::vector<std::string> options) {
    options.insert(options.begin(), kind);
    return options;
  }
};

}  // namespace chatserver::test
