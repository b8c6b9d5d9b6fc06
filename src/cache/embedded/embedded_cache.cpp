#include "cache/embedded/embedded_cache.hpp"

#include <limits>
#include <utility>

#include <pthread.h>

#include "base/check.hpp"
#include "cache/snapshot.hpp"
#include "cache/stored_private.hpp"

namespace chatserver::cache {
namespace {

constexpr std::chrono::milliseconds store_tried_every{1000};
constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

// Callers of change() block, so there are as many as threads that serve admins.
constexpr std::size_t changes_waiting_max = 1024;

}  // namespace

EmbeddedCache::EmbeddedCache(Options options, store::Store& store, Clock& clock, Log& log)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      log_(log),
      submissions_(options_.backlog_max),
      changes_(changes_waiting_max) {}

EmbeddedCache::~EmbeddedCache() {
  EmbeddedCache::stop();
}

Snapshot EmbeddedCache::open() {
  check(!sequencer_, "a cache is opened once");
  sequencer_.emplace(store_, clock_, log_);
  observe();
  const store::IdMarks last = sequencer_->marks();
  {
    const MutexLock lock(observed_);
    horizon_ = PrivateHorizon(store_.newest_private_messages(last.private_messages));
  }
  return make_snapshot(last, store_.messages_between(CacheId{0}, last.messages, options_.messages).messages,
                       options_.messages);
}

void EmbeddedCache::start(Subscriber& subscriber) {
  check(sequencer_.has_value(), "a cache is opened first");
  {
    const MutexLock lock(delivering_);
    subscriber_ = &subscriber;
  }
  const MutexLock lock(stopping_);
  check(!writer_.joinable(), "a cache is started once");
  writer_ = std::thread([this] { write_until_stopped(); });
}

void EmbeddedCache::submit(Submission submission) {
  deliver_at_once(submissions_.submit(std::move(submission)));
}

void EmbeddedCache::submit_all(std::vector<Submission> submissions) {
  deliver_at_once(submissions_.submit_all(std::move(submissions)));
}

void EmbeddedCache::deliver_at_once(std::vector<Refusal> refusals) {
  if (refusals.empty()) return;
  Delivery delivery;
  delivery.refusals = std::move(refusals);
  deliver(std::move(delivery));
}

std::expected<Change, ChangeError> EmbeddedCache::change(Change change) {
  ChangeRequest request{.change = std::move(change), .result = {}};
  std::future<ChangeResult> result = request.result.get_future();
  if (changes_.push(std::move(request)) != Pushed::accepted) return std::unexpected(ChangeError::unavailable);
  submissions_.wake();
  return result.get();
}

void EmbeddedCache::stop() {
  submissions_.close();
  const MutexLock lock(stopping_);
  if (writer_.joinable()) {
    writer_.join();
    return;
  }
  // Never started: nobody else closes them.
  submissions_.close_refused();
  changes_.close();
}

void EmbeddedCache::write_until_stopped() {
  pthread_setname_np(pthread_self(), "cache-writer");
  while (wait()) {
    if (!available_ && submissions_.empty() && changes_.empty()) look_after_store();
    make_changes();
    write_batch();
    if (submissions_.empty() && sequencer_->tidy_up()) submissions_.wake();
  }
  // What was accepted before these closed still gets its answer.
  changes_.close();
  submissions_.close_refused();
  make_changes();
  write_batch();
}

bool EmbeddedCache::wait() {
  return available_ ? submissions_.wait() : submissions_.wait_for(store_tried_every);
}

// So that who watches over an idle server learns that its store is back.
void EmbeddedCache::look_after_store() {
  sequencer_->try_store();
  available_ = sequencer_->available();
  if (available_) return;
  // What came meanwhile would wait for the store's time-out once more.
  Delivery delivery;
  refuse(submissions_.poll_all(), delivery);
  deliver_at_once(std::move(delivery.refusals));
}

void EmbeddedCache::write_batch() {
  const std::vector<Submission> batch = submissions_.poll(batch_messages_max);
  catch_up();
  std::optional<Delivery> delivery = sequencer_->append(batch);
  available_ = sequencer_->available();
  if (!delivery) {
    delivery.emplace();
    refuse(batch, *delivery);
    // Those behind a failed batch would each wait for the store's time-out in turn.
    refuse(submissions_.poll_all(), *delivery);
  }
  submissions_.poll_refused_into(*delivery);
  pass(delivery->private_messages);
  if (!is_empty(*delivery)) deliver(std::move(*delivery));
}

// Before anything is decided: what may have taken place could be a ban.
void EmbeddedCache::catch_up() {
  Delivery delivery;
  delivery.changes = sequencer_->catch_up();
  available_ = sequencer_->available();
  if (is_empty(delivery)) return;
  observe();
  deliver(std::move(delivery));
}

void EmbeddedCache::observe() {
  const MutexLock lock(observed_);
  rate_limit_ = sequencer_->rate_limit();
}

// Before anybody can ask for them.
void EmbeddedCache::pass(const std::vector<PrivateMessage>& messages) {
  const MutexLock lock(observed_);
  for (const PrivateMessage& message : messages) horizon_.pass(message);
}

bool EmbeddedCache::has_private_messages(const UserId& user, CacheId after) {
  const MutexLock lock(observed_);
  return horizon_.complete_after(user) > after;
}

void EmbeddedCache::make_changes() {
  for (ChangeRequest& request : changes_.poll(everything)) make(std::move(request));
}

void EmbeddedCache::make(ChangeRequest request) {
  catch_up();
  auto committed = sequencer_->apply(std::move(request.change));
  available_ = sequencer_->available();
  if (!committed) return request.result.set_value(std::unexpected(committed.error()));
  if (committed->id != store::ChangeId{}) {
    observe();
    Delivery delivery;
    delivery.changes.push_back(committed->change);
    deliver(std::move(delivery));
  }
  request.result.set_value(std::move(committed->change));
}

void EmbeddedCache::deliver(Delivery delivery) {
  const MutexLock lock(delivering_);
  check(subscriber_ != nullptr, "start() comes before anything else");
  subscriber_->deliver(std::move(delivery));
}

store::Messages EmbeddedCache::messages_between(CacheId after, CacheId up_to, std::size_t limit) {
  return store_.messages_between(after, up_to, limit);
}

store::PrivateMessages EmbeddedCache::private_messages_between(const UserId& user, CacheId after,
                                                               CacheId up_to, std::size_t limit) {
  if (!has_private_messages(user, after)) return {};
  return store_.private_messages_between(user, after, up_to, limit);
}

store::PrivateMessages EmbeddedCache::newest_private_messages(const UserId& user, CacheId up_to,
                                                              std::size_t limit) {
  if (!has_private_messages(user, CacheId{})) return {};
  auto stored = stored_private_messages(store_, user, up_to, limit);
  if (!stored) return {.messages = {}, .truncated = true};
  return {.messages = *std::move(stored), .truncated = false};
}

store::MessagePage EmbeddedCache::history(ChannelId channel, std::optional<CacheId> before,
                                          std::size_t limit) {
  return store_.history(channel, before, limit);
}

store::PrivateMessagePage EmbeddedCache::private_history(const UserId& user,
                                                         const std::optional<UserId>& with,
                                                         std::optional<CacheId> before, std::size_t limit) {
  return store_.private_history(user, with, before, limit);
}

RateLimit EmbeddedCache::rate_limit() const {
  const MutexLock lock(observed_);
  return rate_limit_;
}

}  // namespace chatserver::cache
