#include "cache/embedded/sequencer.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include "cache/options.hpp"
#include "cache/repeat.hpp"

namespace chatserver::cache {
namespace {

constexpr std::chrono::hours nonces_forgotten_every{1};

// Small enough that a message which comes meanwhile hardly waits.
constexpr std::size_t purged_at_once = 500;

constexpr std::size_t changes_read_at_once = 100;

Refusal rate_limited(const Submission& submission, std::chrono::milliseconds retry_after) {
  Refusal refused = refusal(submission, RefusalReason::rate_limited);
  refused.retry_after = retry_after;
  return refused;
}

std::unordered_map<ChannelId, std::string> names_of(const std::vector<Channel>& channels) {
  std::unordered_map<ChannelId, std::string> names;
  for (const Channel& channel : channels) names.emplace(channel.id, channel.name);
  return names;
}

// When the newest public message was sent: the clock may have been set back since.
Timestamp newest_authored_at(store::Store& store, CacheId mark) {
  const store::Messages newest = store.messages_between(CacheId{0}, mark, 1);
  return newest.messages.empty() ? Timestamp{} : newest.messages.back().authored_at;
}

}  // namespace

Sequencer::Sequencer(store::Store& store, Clock& clock, Log& log)
    : store_(store),
      clock_(clock),
      log_(log),
      marks_(store.id_marks()),
      channel_names_(names_of(store.channels())),
      bans_(store.bans_in_force(clock.utc())),
      rate_window_(store.rate_limit()),
      last_authored_at_(newest_authored_at(store, marks_.messages)),
      nonces_forgotten_at_(clock.monotonic()) {
  // What was committed before is in effect with what was just read.
  store_.changes_applied(store::ChangeId{std::numeric_limits<std::int64_t>::max()});
}

Sequencer::Instant Sequencer::now() const {
  return {.monotonic = clock_.monotonic(), .utc = std::max(clock_.utc(), last_authored_at_)};
}

std::optional<Delivery> Sequencer::append(std::span<const Submission> submissions) {
  if (in_doubt_ && !submissions.empty()) return std::nullopt;
  const Instant at = now();
  Draft draft(marks_);
  try {
    for (const Submission& submission : submissions) decide(submission, at, draft);
    const store::Batch& rows = draft.rows();
    if (!rows.messages.empty() || !rows.private_messages.empty()) {
      store_.append(rows);
      store_took_it();
    }
  } catch (const store::Unavailable& failure) {
    store_failed(failure);
    for (const Message& message : draft.rows().messages) rate_window_.give_back(message.author.id);
    for (const PrivateMessage& message : draft.rows().private_messages)
      rate_window_.give_back(message.author.id);
    return std::nullopt;
  }
  marks_ = draft.marks();
  last_authored_at_ = at.utc;
  return std::move(draft).into_delivery();
}

void Sequencer::decide(const Submission& submission, const Instant& at, Draft& draft) {
  const UserId& author = submission.author.id;
  // Before anything that could refuse: what was once accepted stays accepted.
  if (!submission.nonce.empty()) {
    auto use = draft.find_nonce(author, submission.nonce);
    if (!use) use = store_.find_nonce(author, submission.nonce, at.utc - nonce_lifetime);
    if (use) {
      auto repeat = repeat_of(submission, std::move(*use));
      if (repeat) return draft.repeat(std::move(*repeat));
      return draft.refuse(refusal(submission, RefusalReason::nonce_conflict));
    }
  }
  if (bans_.longest(author, clock_.utc()) != nullptr)
    return draft.refuse(refusal(submission, RefusalReason::banned));
  if (!may_go_to(submission)) return draft.refuse(refusal(submission, RefusalReason::unknown_channel));
  // Last, since it counts what it admits.
  if (const auto retry_after = rate_window_.admit(author, at.monotonic)) {
    return draft.refuse(rate_limited(submission, *retry_after));
  }
  accept(submission, at, draft);
}

bool Sequencer::may_go_to(const Submission& submission) const {
  const auto* channel = std::get_if<ChannelId>(&submission.to);
  return channel == nullptr || channel_names_.contains(*channel);
}

void Sequencer::accept(const Submission& submission, const Instant& at, Draft& draft) const {
  if (const auto* channel = std::get_if<ChannelId>(&submission.to)) {
    draft.add(Message{.cache_id = {},
                      .author = submission.author,
                      .channel_id = *channel,
                      .channel = channel_names_.at(*channel),
                      .text = submission.text,
                      .authored_at = at.utc,
                      .nonce = submission.nonce});
  } else {
    draft.add(PrivateMessage{.cache_id = {},
                             .author = submission.author,
                             .recipient = std::get<User>(submission.to),
                             .text = submission.text,
                             .authored_at = at.utc,
                             .nonce = submission.nonce});
  }
}

std::expected<store::CommittedChange, ChangeError> Sequencer::apply(Change change) {
  if (in_doubt_) return std::unexpected(ChangeError::unavailable);
  try {
    auto committed = store_.commit(std::move(change), clock_.utc());
    store_took_it();
    if (!committed) return std::unexpected(change_error(committed.error()));
    take_effect(*committed);
    return *std::move(committed);
  } catch (const store::Unavailable& failure) {
    store_failed(failure);
    in_doubt_ = true;
    return std::unexpected(ChangeError::unavailable);
  }
}

std::vector<Change> Sequencer::catch_up() {
  std::vector<Change> missed;
  if (!in_doubt_) return missed;
  try {
    if (applied_ > forgotten_) forget_applied_changes();
    for (store::CommittedChange& committed : store_.unapplied_changes(changes_read_at_once)) {
      take_effect(committed);
      missed.push_back(std::move(committed.change));
    }
    in_doubt_ = false;
  } catch (const store::Unavailable& failure) {
    store_failed(failure);
  }
  return missed;
}

void Sequencer::take_effect(const store::CommittedChange& committed) {
  if (committed.id == store::ChangeId{}) return;
  applied_ = committed.id;
  std::visit([this](const auto& change) { take_effect(change); }, committed.change);
}

void Sequencer::take_effect(const ChannelsChanged& change) {
  channel_names_ = names_of(change.channels);
  if (change.purged) purging_ = true;
}

bool Sequencer::tidy_up() {
  if (!available_) return false;
  try {
    forget_old_nonces();
    if (applied_ > forgotten_) forget_applied_changes();
    if (purging_) purging_ = store_.remove_purged(purged_at_once, clock_.utc()) > 0;
    return purging_;
  } catch (const store::Unavailable& failure) {
    // All of it is past use or hidden already: what is left over goes later.
    log_.warning("store not tidied up", {{"why", failure.what()}});
    return false;
  }
}

// A time: the store would not write what it has.
void Sequencer::try_store() {
  try {
    store_.record_alive(clock_.utc());
    store_took_it();
  } catch (const store::Unavailable& failure) {
    store_failed(failure);
  }
}

void Sequencer::forget_applied_changes() {
  store_.changes_applied(applied_);
  forgotten_ = applied_;
}

void Sequencer::forget_old_nonces() {
  const Instant at = now();
  if (at.monotonic - nonces_forgotten_at_ < nonces_forgotten_every) return;
  nonces_forgotten_at_ = at.monotonic;
  store_.forget_nonces(at.utc - nonce_lifetime);
}

void Sequencer::store_took_it() {
  if (!available_) log_.info("store available again");
  available_ = true;
}

void Sequencer::store_failed(const store::Unavailable& failure) {
  if (available_) log_.error("store unavailable, refusing messages", {{"why", failure.what()}});
  available_ = false;
}

}  // namespace chatserver::cache
