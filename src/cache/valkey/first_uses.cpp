#include "cache/valkey/first_uses.hpp"

#include <span>
#include <utility>

#include "cache/repeat.hpp"
#include "cache/submission_queue.hpp"
#include "cache/valkey/reads.hpp"

namespace chatserver::cache::valkey {
namespace {

// So many times as long as a question took in vain, none is asked: others' messages are held up
// for a fifth of the time at most.
constexpr int pause_factor = 4;

std::vector<store::UserNonce> nonces_of(std::span<const Submission> batch) {
  std::vector<store::UserNonce> nonces;
  for (const Submission& submission : batch) {
    if (!submission.nonce.empty()) nonces.push_back({submission.author.id, submission.nonce});
  }
  return nonces;
}

void answer_use(const Submission& submission, store::NonceUse use, Delivery& answers) {
  if (auto repeat = repeat_of(submission, std::move(use))) {
    answers.repeats.push_back(*std::move(repeat));
  } else {
    answers.refusals.push_back(refusal(submission, RefusalReason::nonce_conflict));
  }
}

}  // namespace

template <class Read>
std::optional<std::invoke_result_t<Read>> FirstUses::ask(Read read) {
  const Monotonic begun = shared_.monotonic();
  if (begun < ask_again_at_) return std::nullopt;
  try {
    return read();
  } catch (const store::Unavailable&) {
    const Monotonic now = shared_.monotonic();
    ask_again_at_ = now + pause_factor * (now - begun);
    return std::nullopt;
  }
}

void FirstUses::answer_known(std::vector<Submission>& batch, Delivery& answers) {
  const Timestamp not_before = shared_.about_now() - nonce_lifetime;
  if (not_before > shared_.standing.nonces_since()) return;
  const std::vector<store::UserNonce> nonces = nonces_of(batch);
  if (nonces.empty()) return;
  auto uses = ask([&] { return shared_.store.find_nonces(nonces, not_before); });
  std::vector<Submission> left;
  std::size_t at = 0;
  for (Submission& submission : batch) {
    const bool asked = !submission.nonce.empty();
    if (asked && !uses) {
      answers.refusals.push_back(unavailable(submission));
      continue;
    }
    auto use = asked ? std::move(uses->at(at++)) : std::nullopt;
    if (use) {
      answer_use(submission, *std::move(use), answers);
    } else {
      left.push_back(std::move(submission));
    }
  }
  batch = std::move(left);
}

void FirstUses::answer_older(const RepeatOfOlder& repeat, Delivery& answers) {
  if (auto use = ask([&] { return use_of(repeat); })) {
    answer_use(repeat.submission, *std::move(use), answers);
  } else {
    answers.refusals.push_back(unavailable(repeat.submission));
  }
}

// Nothing when it was deleted.
store::NonceUse FirstUses::use_of(const RepeatOfOlder& repeat) {
  const CacheId before(repeat.id.value() - 1);
  store::NonceUse use;
  if (repeat.is_public) {
    auto found = messages_between(shared_, before, repeat.id, 1).messages;
    if (!found.empty()) use.original = std::move(found.front());
  } else {
    auto found =
        private_messages_between(shared_, repeat.submission.author.id, before, repeat.id, 1).messages;
    if (!found.empty()) use.original = std::move(found.front());
  }
  return use;
}

}  // namespace chatserver::cache::valkey
