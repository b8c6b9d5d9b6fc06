#pragma once

#include <expected>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <ostream>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/message_cache.hpp"
#include "cache/options.hpp"
#include "support/recording_subscriber.hpp"
#include "support/shared_clock.hpp"

// What every backend of the MessageCache port promises. A backend joins with
//   INSTANTIATE_TEST_SUITE_P(Name, MessageCacheConformance, testing::Values(backend), backend_name);
namespace chatserver::cache::conformance {

using namespace std::chrono_literals;
using test::Outcome;
using test::RecordingSubscriber;

// The durable state of one test, the clock, and what goes wrong outside the cache.
class World {
 public:
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  virtual ~World() = default;

  // A cache over what is durable, the first time over nothing, with a rate limit
  // of 10 in 60 s. At most one lives at a time.
  [[nodiscard]] virtual std::unique_ptr<MessageCache> open(Options options) = 0;

  // What is durable now; of the cache opened last.
  [[nodiscard]] virtual store::Store& store() = 0;

  // The next change takes place, but whoever made it is told that the store failed.
  virtual void lose_answer_to_next_change() = 0;

  // Whether writes fail from now on.
  virtual void set_failing(bool failing) = 0;

  // Whether private messages cannot be read from the store from now on.
  virtual void set_unreadable(bool unreadable) = 0;

  // Holds up each batch on its way to becoming durable.
  virtual void hold_writes() = 0;
  virtual void wait_for_held_write() = 0;
  virtual void release_writes() = 0;

  [[nodiscard]] test::SharedClock& clock() { return clock_; }

 private:
  test::SharedClock clock_;
};

struct CacheBackend {
  std::string name;
  std::function<std::unique_ptr<World>()> make;
};

inline void PrintTo(const CacheBackend& backend, std::ostream* out) {
  *out << backend.name;
}
inline std::string backend_name(const testing::TestParamInfo<CacheBackend>& backend) {
  return backend.param.name;
}

inline constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
inline constexpr CacheId newest{std::numeric_limits<std::int64_t>::max()};

[[nodiscard]] inline User user(const std::string& id) {
  return {.id = UserId{id}, .username = "name of " + id};
}

template <class AnyMessage>
[[nodiscard]] std::vector<std::int64_t> ids(const std::vector<AnyMessage>& messages) {
  std::vector<std::int64_t> all;
  all.reserve(messages.size());
  for (const auto& message : messages) all.push_back(message.cache_id.value());
  return all;
}

// The id of what was accepted, in whichever stream; 0 when it was not.
[[nodiscard]] inline std::int64_t accepted_id(const Outcome& outcome) {
  if (const auto* message = std::get_if<Message>(&outcome)) return message->cache_id.value();
  if (const auto* message = std::get_if<PrivateMessage>(&outcome)) return message->cache_id.value();
  return 0;
}

[[nodiscard]] inline std::optional<RefusalReason> refusal_of(const Outcome& outcome) {
  const auto* refusal = std::get_if<Refusal>(&outcome);
  return refusal == nullptr ? std::nullopt : std::optional(refusal->reason);
}

[[nodiscard]] inline std::optional<std::chrono::milliseconds> retry_after_of(const Outcome& outcome) {
  const auto* refusal = std::get_if<Refusal>(&outcome);
  return refusal == nullptr ? std::nullopt : std::optional(refusal->retry_after);
}

class MessageCacheConformance : public testing::TestWithParam<CacheBackend> {
 protected:
  MessageCacheConformance() : world_(GetParam().make()) {}
  ~MessageCacheConformance() override { world_->release_writes(); }

  // Starts over what is durable; what was delivered before is forgotten.
  void start(Options options = {}) { start(std::move(options), std::make_unique<RecordingSubscriber>()); }
  void start(Options options, std::unique_ptr<RecordingSubscriber> subscriber) {
    cache_.reset();
    subscriber_ = std::move(subscriber);
    cache_ = world_->open(std::move(options));
    snapshot_ = cache_->open();
    cache_->start(*subscriber_);
    general_ = world_->store().channels().front().id;
  }

  void lift_rate_limit() {
    ASSERT_TRUE(cache().change(RateLimitChanged{{.messages = 1'000'000, .window = 60s}}));
  }

  [[nodiscard]] Submission message(std::string text, std::string nonce = "",
                                   const std::string& from = "ada") {
    return {.origin = next_origin(),
            .author = user(from),
            .to = general_,
            .text = std::move(text),
            .nonce = std::move(nonce)};
  }
  [[nodiscard]] Submission whisper(std::string text, std::string nonce = "", const std::string& from = "ada",
                                   const std::string& to = "bob") {
    return {.origin = next_origin(),
            .author = user(from),
            .to = user(to),
            .text = std::move(text),
            .nonce = std::move(nonce)};
  }

  // Submits and waits for the outcome; with nothing else on its way.
  Outcome send(Submission submission) {
    const std::size_t before = subscriber_->outcome_count();
    cache_->submit(std::move(submission));
    return subscriber_->wait_for_outcomes(before + 1).back();
  }
  Outcome send(std::string text) { return send(message(std::move(text))); }

  // Submits without a pause while `meanwhile` goes on, a hundred at least, and is never far ahead of the
  // outcomes; how many, once each has its outcome.
  std::size_t submit_during(const std::function<Submission()>& next, const std::function<void()>& meanwhile) {
    std::size_t submitted = 0;
    {
      const std::jthread sender([&](const std::stop_token& over) {
        while (!over.stop_requested() || submitted < 100) {
          if (submitted < subscriber().outcome_count() + 1000) {
            cache().submit(next());
            ++submitted;
          }
          std::this_thread::yield();
        }
      });
      subscriber().wait_for_outcomes(10);
      meanwhile();
    }
    subscriber().wait_for_outcomes(submitted);
    return submitted;
  }

  std::expected<Change, ChangeError> ban(const std::string& who,
                                         std::optional<Timestamp> end = std::nullopt) {
    return cache().change(UserBanned{{.id = {},
                                      .owner = UserId{"root"},
                                      .banished = UserId{who},
                                      .reason = "spam",
                                      .start = clock().utc(),
                                      .end = end}});
  }

  [[nodiscard]] World& world() { return *world_; }
  [[nodiscard]] test::SharedClock& clock() { return world_->clock(); }
  [[nodiscard]] MessageCache& cache() { return *cache_; }
  [[nodiscard]] RecordingSubscriber& subscriber() { return *subscriber_; }
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] std::vector<Message> stored() {
    return world_->store().messages_between(CacheId{0}, newest, no_limit).messages;
  }

 private:
  Origin next_origin() { return {.shard = 1, .session = ++last_session_}; }

  std::unique_ptr<World> world_;
  std::unique_ptr<RecordingSubscriber> subscriber_;
  std::unique_ptr<MessageCache> cache_;
  Snapshot snapshot_;
  ChannelId general_;
  std::uint64_t last_session_ = 0;
};

}  // namespace chatserver::cache::conformance

// The suite itself, one topic a file.
#include "conformance/message_cache_changes.hpp"
#include "conformance/message_cache_channels.hpp"
#include "conformance/message_cache_failures.hpp"
#include "conformance/message_cache_nonces.hpp"
#include "conformance/message_cache_order.hpp"
#include "conformance/message_cache_private.hpp"
#include "conformance/message_cache_rate_limit.hpp"
