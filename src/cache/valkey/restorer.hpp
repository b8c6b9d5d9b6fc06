#pragma once

#include <string>
#include <vector>

#include "base/stop_signal.hpp"
#include "cache/valkey/connection.hpp"
#include "cache/valkey/shared.hpp"

namespace chatserver::cache::valkey {

// Makes a Valkey usable that has lost our data, all of it or the newest, or that never had any:
// what this node remembers goes back into the log under its ids, what the database does not have yet
// goes there, and bans, channels and limits come from there. Ids go on above the durable mark.
//
// All nodes do so at once; the first that is done decides, after a while in which the others may
// bring what they remember.
//
// Threading: the reader's. Errors: throws Lost, store::Unavailable.
class Restorer {
 public:
  Restorer(Shared& shared, Connection& connection, const StopSignal& stop)
      : shared_(shared), connection_(connection), stop_(stop) {}

  // Does nothing where nothing is lost: where there is a generation, other than `distrusted`, and a log that
  // goes as far as this node has seen.
  void restore(const std::string& distrusted = {});

 private:
  void keep_in_store(const std::vector<Entry>& remembered);
  void put_back(const std::vector<Entry>& remembered);
  void finish();
  [[nodiscard]] std::vector<std::string> world_of_store();

  Shared& shared_;
  Connection& connection_;
  const StopSignal& stop_;
};

}  // namespace chatserver::cache::valkey
