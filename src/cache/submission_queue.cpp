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

std::size_t bytes_of(const User& user) {
  return user.id.value().size() + user.username.size();
}

std::size_t bytes_of(std::span<const Submission> submissions) {
  std::size_t bytes = submissions.size_bytes();
  for (const Submission& one : submissions) {
    bytes += bytes_of(one.author) + one.text.size() + one.nonce.size();
    if (const auto* recipient = std::get_if<User>(&one.to)) bytes += bytes_of(*recipient);
  }
  return bytes;
}

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
  std::size_t accepted = 0;
  if (const std::size_t bytes = bytes_of(submissions); reserve(bytes)) {
    accepted = submissions_.push_all(submissions);
    if (accepted < submissions.size()) release(bytes_of(std::span(submissions).subspan(accepted)));
  }
  // What is not accepted finds the queue full or closed, each for itself.
  for (std::size_t i = accepted; i < submissions.size(); ++i) {
    if (auto refusal = submit_one(submissions[i])) at_once.push_back(*std::move(refusal));
  }
  return at_once;
}

std::optional<Refusal> SubmissionQueue::submit_one(Submission& submission) {
  const std::size_t bytes = bytes_of({&submission, 1});
  // Whoever sends so much is to be told without delay, since it is counted.
  if (!reserve(bytes)) return unavailable(submission);
  if (submissions_.push(std::move(submission)) == Pushed::accepted) return std::nullopt;
  release(bytes);
  // NOLINTBEGIN(bugprone-use-after-move): what is not accepted is untouched.
  Refusal refusal = unavailable(submission);
  if (refused_.push(std::move(refusal)) == Pushed::accepted) {
    submissions_.wake();
    return std::nullopt;
  }
  return refusal;
  // NOLINTEND(bugprone-use-after-move)
}

// Takes room for them before they are in: what is polled then was counted.
bool SubmissionQueue::reserve(std::size_t bytes) {
  if (bytes_.fetch_add(bytes) + bytes <= bytes_max_) return true;
  release(bytes);
  return false;
}

std::vector<Submission> SubmissionQueue::poll(std::size_t most) {
  std::vector<Submission> polled = submissions_.poll(most);
  release(bytes_of(polled));
  return polled;
}

std::vector<Submission> SubmissionQueue::poll_all() {
  return poll(everything);
}

void SubmissionQueue::poll_refused_into(Delivery& delivery) {
  std::ranges::move(refused_.poll(everything), std::back_inserter(delivery.refusals));
}

}  // namespace chatserver::cache
