#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "cache/valkey/connection.hpp"
#include "cache/valkey/entry.hpp"
#include "support/valkey_server.hpp"

namespace chatserver::cache::conformance {

// Another client of a server, as an operator's valkey-cli.
class ValkeyClient {
 public:
  explicit ValkeyClient(const test::ValkeyServer& server)
      : connection_({.target = *valkey::Target::parse(server.url()),
                     .name = "test",
                     .timeout = std::chrono::seconds(10),
                     .durable = false}) {}

  valkey::Reply run(const valkey::Command& command) { return connection_.run(command); }

  // What is in the log under a prefix.
  std::vector<valkey::Entry> log(const std::string& prefix) {
    std::vector<valkey::Entry> entries;
    for (const valkey::Reply& one : run({"XRANGE", prefix + ":log", "-", "+"}).array())
      entries.push_back(valkey::decode(one).value());
    return entries;
  }

 private:
  valkey::Connection connection_;
};

// Started by the first test that asks, for all of the program.
[[nodiscard]] inline test::ValkeyServer& valkey_server(const std::string& kind) {
  static std::map<std::string, test::ValkeyServer> servers;
  return servers.try_emplace(kind, kind).first->second;
}

}  // namespace chatserver::cache::conformance
