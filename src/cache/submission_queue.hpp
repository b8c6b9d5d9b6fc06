#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/bounded_queue.hpp"
#include "cache/message_cache.hpp"

namespace chatserver::cache {

// What is said when a message cannot be made durable just now.
[[nodiscard]] Refusal unavailable(const Submission& submission);
void refuse(std::span<const Submission> submissions, Delivery& delivery);

[[nodiscard]] bool is_empty(const Delivery& delivery);

// Submissions on their way to the thread that decides on them, and the refusals of
// those for which there was no room.
//
// Threading: submit(), submit_all(), wake() and close(): any; the rest: the consumer.
// Limits: `waiting_max` submissions, and as many refusals, up to refused_max. What finds even these full or
// closed, or more than `bytes_max` waiting, comes back to the submitter as refusals to deliver at once.
class SubmissionQueue {
 public:
  // Many times what is decided on in a second: more can only gather while nothing is decided.
  static constexpr std::size_t waiting_bytes_max = std::size_t{64} << 20U;
  static constexpr std::size_t refused_max = 65'536;

  explicit SubmissionQueue(std::size_t waiting_max, std::size_t bytes_max = waiting_bytes_max)
      : submissions_(waiting_max), refused_(std::min(waiting_max, refused_max)), bytes_max_(bytes_max) {}

  [[nodiscard]] std::vector<Refusal> submit(Submission submission);
  // What arrived together waits together.
  [[nodiscard]] std::vector<Refusal> submit_all(std::vector<Submission> submissions);

  [[nodiscard]] bool wait() { return submissions_.wait(); }
  [[nodiscard]] bool wait_for(std::chrono::milliseconds at_most) { return submissions_.wait_for(at_most); }
  void wake() { submissions_.wake(); }
  [[nodiscard]] bool empty() { return submissions_.empty(); }
  [[nodiscard]] std::vector<Submission> poll(std::size_t most);
  [[nodiscard]] std::vector<Submission> poll_all();
  void poll_refused_into(Delivery& delivery);

  // Nothing is accepted any more; what waits can still be polled.
  void close() { submissions_.close(); }
  // Nor do refusals wait any more.
  void close_refused() { refused_.close(); }

 private:
  [[nodiscard]] std::optional<Refusal> submit_one(Submission& submission);
  [[nodiscard]] bool reserve(std::size_t bytes);
  void release(std::size_t bytes) { bytes_ -= bytes; }

  BoundedQueue<Submission> submissions_;
  BoundedQueue<Refusal> refused_;
  const std::size_t bytes_max_;
  std::atomic<std::size_t> bytes_ = 0;  // of those that wait, or are about to
};

}  // namespace chatserver::cache
