#include "cache/submission_queue.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace chatserver::cache {
namespace {

constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

// How long a sender should wait after a message could not be taken.
constexpr std::chrono::milliseconds unavailable_retry_after{1000};

}  // namespace

Refusal unavailable(const Submission& submission) {
  return {.origin = submission.origin,
          .reason = RefusalReason::unavailable,
          .retry_after = unavailable_retry_after,
          .nonce = submission.nonce};
}

void refuse(std::span<const Submission> submissions, Delivery& delivery) {
  std::ranges::transform(submissions, std::back_inserter(delivery.refusals), unavailable);
}

bool is_empty(const Delivery& delivery) {
  return delivery.messages.empty() && delivery.private_messages.empty() && delivery.repeats.empty() &&
         delivery.refusals.empty() && delivery.changes.empty() && delivery.newcomers.empty();
}

std::vector<Refusal> SubmissionQueue::submit(Submission submission) {
  std::vector<Refusal> at_once;
  if (auto refusal = submit_one(submission)) at_once.push_back(*std::move(refusal));
  return at_once;
}

std::vector<Refusal> SubmissionQueue::submit_all(std::vector<Submission> submissions) {
  std::vector<Refusal> at_once;
  // What is not accepted finds the queue full or closed, each for itself.
  for (std::size_t i = submissions_.push_all(submissions); i < submissions.size(); ++i) {
    if (auto refusal = submit_one(submissions[i])) at_once.push_back(*std::move(refusal));
  }
  return at_once;
}

std::optional<Refusal> SubmissionQueue::submit_one(Submission& submission) {
  if (submissions_.push(std::move(submission)) == Pushed::accepted) return std::nullopt;
  // NOLINTBEGIN(bugprone-use-after-move): what is not accepted is untouched.
  Refusal refusal = unavailable(submission);
  if (refused_.push(std::move(refusal)) == Pushed::accepted) {
    submissions_.wake();
    return std::nullopt;
  }
  return refusal;
  // NOLINTEND(bugprone-use-after-move)
}

std::vector<Submission> SubmissionQueue::poll_all() {
  return submissions_.poll(everything);
}

void SubmissionQueue::poll_refused_into(Delivery& delivery) {
  std::ranges::move(refused_.poll(everything), std::back_inserter(delivery.refusals));
}

}  // namespace chatserver::cache
