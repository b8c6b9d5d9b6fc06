#pragma once

#include <atomic>
#include <expected>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "cache/embedded/sequencer.hpp"
#include "cache/message_cache.hpp"
#include "cache/options.hpp"
#include "cache/private_horizon.hpp"
#include "cache/submission_queue.hpp"
#include "store/store.hpp"

namespace chatserver::cache {

// The MessageCache of a server that stands alone: one writer thread commits
// batches to the store and delivers them after. Whatever gathered while a batch
// was written goes with the next one.
//
// Threading: any. One writer thread ("cache-writer") from start() to stop();
// the subscriber is called on it, and must not call change() or stop() from there.
// The one exception: a submission that comes after stop(), or when even the
// queue of refusals is full, is refused on the thread that submitted it, still
// one delivery at a time. So the subscriber outlives the last submit().
// A change goes ahead of the submissions that wait.
// Errors: open() and the reads throw store::Unavailable.
// Limits: Options::backlog_max submissions wait, and what else SubmissionQueue
// says; batch_messages_max go into one batch.
class EmbeddedCache final : public MessageCache {
 public:
  // At most so many messages a commit, so that the first of them need not wait long.
  static constexpr std::size_t batch_messages_max = 1024;

  EmbeddedCache(Options options, store::Store& store, Clock& clock, Log& log);
  ~EmbeddedCache() override;

  [[nodiscard]] Snapshot open() override;
  void start(Subscriber& subscriber) override;
  void submit(Submission submission) override;
  void submit_all(std::vector<Submission> submissions) override;
  [[nodiscard]] std::expected<Change, ChangeError> change(Change change) override;

  // All that is delivered is in the store, so reads go there, on the caller's thread.
  [[nodiscard]] store::Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override;
  [[nodiscard]] store::PrivateMessages private_messages_between(const UserId& user, CacheId after,
                                                                CacheId up_to, std::size_t limit) override;
  [[nodiscard]] store::PrivateMessages newest_private_messages(const UserId& user, CacheId up_to,
                                                               std::size_t limit) override;
  [[nodiscard]] store::MessagePage history(ChannelId channel, std::optional<CacheId> before,
                                           std::size_t limit) override;
  [[nodiscard]] store::PrivateMessagePage private_history(const UserId& user,
                                                          const std::optional<UserId>& with,
                                                          std::optional<CacheId> before,
                                                          std::size_t limit) override;

  [[nodiscard]] RateLimit rate_limit() const override;
  // After a failure: false until the store can be written to again.
  [[nodiscard]] bool available() const override { return store_.reachable().value_or(available_); }
  void stop() override;

 private:
  using ChangeResult = std::expected<Change, ChangeError>;
  struct ChangeRequest {
    Change change;
    std::promise<ChangeResult> result;
  };

  void write_until_stopped();
  [[nodiscard]] bool wait();
  void look_after_store();
  void write_batch();
  void catch_up();
  void make_changes();
  void make(ChangeRequest request);
  void deliver_at_once(std::vector<Refusal> refusals);
  void observe() CHAT_EXCLUDES(observed_);
  void pass(const std::vector<PrivateMessage>& messages) CHAT_EXCLUDES(observed_);
  [[nodiscard]] bool has_private_messages(const UserId& user, CacheId after) CHAT_EXCLUDES(observed_);
  void deliver(Delivery delivery) CHAT_EXCLUDES(delivering_);

  const Options options_;
  store::Store& store_;
  Clock& clock_;
  Log& log_;

  SubmissionQueue submissions_;
  BoundedQueue<ChangeRequest> changes_;

  // Set by open(); then the writer's.
  std::optional<Sequencer> sequencer_;

  Mutex delivering_;
  Subscriber* subscriber_ CHAT_GUARDED_BY(delivering_) = nullptr;

  // What the writer's state looks like from other threads.
  mutable Mutex observed_;
  RateLimit rate_limit_ CHAT_GUARDED_BY(observed_);
  PrivateHorizon horizon_ CHAT_GUARDED_BY(observed_);
  std::atomic<bool> available_ = true;

  Mutex stopping_;
  std::thread writer_ CHAT_GUARDED_BY(stopping_);
};

}  // namespace chatserver::cache
