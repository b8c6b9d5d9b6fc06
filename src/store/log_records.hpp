#pragma once

#include <string>

namespace chatserver::store {

// Where the log of a cache outside was last known to have all that was written to it. Names of the cache's
// own.
struct LogRecord {
  std::string process;  // of the cache's server; empty: nothing is known
  std::string left_at;  // the log's last entry when the last node had stopped; empty: one may go on

  friend bool operator==(const LogRecord&, const LogRecord&) = default;
};

// What the nodes of a cache outside tell each other by way of the database: a Store that nodes can share is
// this as well.
//
// Threading: any; every call blocks. Errors: throws Unavailable.
class LogRecords {
 public:
  virtual ~LogRecords() = default;

  // What record_log() was last given.
  [[nodiscard]] virtual LogRecord log_record() = 0;
  virtual void record_log(const LogRecord& record) = 0;
};

}  // namespace chatserver::store
