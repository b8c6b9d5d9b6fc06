#include "app/search_indexer.hpp"

#include <utility>

#include <pthread.h>

#include "store/store.hpp"

namespace chatserver::app {
namespace {

constexpr std::chrono::seconds look_interval{1};

// Milliseconds of the writer's time.
constexpr std::size_t batch_messages = 500;

// From then on it is worth a line of the log: an index that is built anew.
constexpr std::size_t many_messages = 100'000;

}  // namespace

SearchIndexer::SearchIndexer(store::MessageSearch& store, Log& log)
    : store_(store), log_(log), thread_([this] { run(); }) {}

SearchIndexer::~SearchIndexer() {
  stop_.give();
  thread_.join();
}

void SearchIndexer::run() {
  pthread_setname_np(pthread_self(), "search-index");
  while (!stop_.wait_for(work())) {
  }
}

std::chrono::steady_clock::duration SearchIndexer::work() {
  const auto start = std::chrono::steady_clock::now();
  try {
    const store::IndexProgress progress = store_.index_messages(batch_messages);
    note_done(progress);
    if (progress.more) return std::chrono::steady_clock::now() - start;
  } catch (const store::Unavailable& error) {
    if (!std::exchange(trouble_, true)) {
      log_.error("messages cannot be indexed for search", {{"reason", error.what()}});
    }
  }
  return look_interval;
}

void SearchIndexer::note_done(const store::IndexProgress& progress) {
  if (std::exchange(trouble_, false)) log_.info("messages are indexed for search again");
  catching_up_ += progress.changed;
  if (progress.more) return;
  if (catching_up_ >= many_messages) log_.info("search index built", {{"messages", catching_up_}});
  catching_up_ = 0;
}

}  // namespace chatserver::app
