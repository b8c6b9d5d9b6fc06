#pragma once

#include <chrono>
#include <thread>

#include "base/log.hpp"
#include "base/stop_signal.hpp"
#include "store/search.hpp"

namespace chatserver::app {

// Brings messages into the search index, behind those who write them.
//
// It looks once a second, since what is not in the index yet is found all the same. While
// there is more to do it rests after each batch for as long as that took: the database takes
// one writer at a time, and at least half of that time is for messages.
//
// Threading: has the only thread that indexes. Errors: logged when they begin and when they
// end; tried again. Limits: a batch of messages at a time. Lifetime: the store outlives it;
// the destructor waits for a batch that is under way.
class SearchIndexer {
 public:
  SearchIndexer(store::MessageSearch& store, Log& log);
  SearchIndexer(const SearchIndexer&) = delete;
  SearchIndexer& operator=(const SearchIndexer&) = delete;
  ~SearchIndexer();

 private:
  void run();
  // Indexes one batch; how long to rest.
  [[nodiscard]] std::chrono::steady_clock::duration work();
  void note_done(const store::IndexProgress& progress);

  store::MessageSearch& store_;
  Log& log_;
  // The thread's own.
  bool trouble_ = false;
  std::size_t catching_up_ = 0;  // messages indexed since it was last up to date

  StopSignal stop_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace chatserver::app
