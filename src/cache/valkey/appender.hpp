#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/stop_signal.hpp"
#include "cache/message_cache.hpp"
#include "cache/submission_queue.hpp"
#include "cache/valkey/backoff.hpp"
#include "cache/valkey/batch.hpp"
#include "cache/valkey/connection.hpp"
#include "cache/valkey/first_uses.hpp"
#include "cache/valkey/shared.hpp"

namespace chatserver::cache::valkey {

// Brings submissions into the log, a batch a call: whatever gathered while the last one was on
// its way. What is accepted is delivered by the Reader, the rest is answered from here.
//
// A batch whose answer was lost is sent again under its number until it has one: Valkey remembers
// what it answered. Meanwhile others are refused.
//
// Threading: submit(), stop(): any; run() has a thread of its own, from where answers are delivered.
// Limits: cache.backlog_max submissions wait, and what else SubmissionQueue says; batch_messages_max go into
// a call, since Valkey does nothing else meanwhile.
class Appender {
 public:
  static constexpr std::size_t batch_messages_max = 512;
  static constexpr std::size_t newcomers_max = 10'000;

  Appender(Shared& shared, Outlet& outlet);

  // So that the first batch need not wait for that. Throws Lost.
  void connect() { connection_.connect_unless_connected(); }

  void submit(Submission submission) { refuse_at_once(queue_.submit(std::move(submission))); }
  void submit_all(std::vector<Submission> submissions) {
    refuse_at_once(queue_.submit_all(std::move(submissions)));
  }

  // At most newcomers_max wait; who finds no room is introduced when next they connect to a new server.
  void introduce(const User& newcomer) CHAT_EXCLUDES(introducing_);

  // Now and then: introduces who could not be yet, and finds out whether what went wrong still does.
  void look_again() CHAT_EXCLUDES(introducing_);

  // Until stop(), and then until all that was submitted has its answer.
  void run();
  void stop();
  // For when run() never was.
  void close();

  // After run(): what the Reader still has to deliver.
  [[nodiscard]] EntryId last_accepted() const { return last_accepted_; }

 private:
  void write_batch();
  void append(std::vector<Submission> batch, const std::vector<User>& newcomers, Delivery& answers);
  void introduce_later(const std::vector<User>& newcomers) CHAT_EXCLUDES(introducing_);
  [[nodiscard]] bool is_in_trouble() const;
  [[nodiscard]] std::vector<User> take_newcomers() CHAT_EXCLUDES(introducing_);
  [[nodiscard]] std::optional<Reply> send(const std::vector<std::string>& arguments);
  [[nodiscard]] AppendHead next_head();
  void refuse_waiting();
  void refuse_at_once(std::vector<Refusal> refusals);
  void deliver(Delivery delivery);

  Shared& shared_;
  Outlet& outlet_;
  SubmissionQueue queue_;
  StopSignal stop_;
  Connection connection_;
  FirstUses first_uses_;
  Backoff backoff_;

  Mutex introducing_;
  std::vector<User> newcomers_ CHAT_GUARDED_BY(introducing_);

  // run()'s.
  std::int64_t batch_number_ = 0;
  EntryId last_accepted_;
};

}  // namespace chatserver::cache::valkey
