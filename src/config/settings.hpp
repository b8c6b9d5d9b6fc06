#pragma once

#include <filesystem>

#include "auth/options.hpp"
#include "base/log_options.hpp"
#include "cache/options.hpp"
#include "hub/options.hpp"
#include "model/rate_limit.hpp"
#include "protocol/options.hpp"
#include "server/options.hpp"
#include "store/options.hpp"

namespace chatserver::config {

// Every setting of the program, in the options of the module that obeys it.
// Out of load() they are valid: ranges, syntax and relations have been checked.
// A default-constructed one holds the documented defaults; what depends on the
// machine (`data_dir`, `server.web_root`) is still open in it.
struct Settings {
  LogOptions log;
  store::Options store;
  cache::Options cache;
  protocol::Options protocol;
  hub::Options hub;
  auth::Options auth;
  server::Options server;

  // What a new database starts with; from then on the stored limit counts.
  RateLimit initial_rate_limit;

  // SQLite file, the embedded issuer's keys, the running server's issuer URL.
  std::filesystem::path data_dir;
};

}  // namespace chatserver::config
