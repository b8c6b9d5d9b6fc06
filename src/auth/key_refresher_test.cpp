#include "auth/key_refresher.hpp"

#include <atomic>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "auth/testing/token_forge.hpp"
#include "base/mutex.hpp"

namespace chatserver::auth {
namespace {

using namespace std::chrono_literals;

// An issuer whose every answer the test gives: a fetch waits for it.
class Gate {
 public:
  Fetch fetch() {
    return [this](const std::string&, const std::atomic<bool>& stop) { return wait_for_answer(stop); };
  }

  // Returns once `count` fetches have begun since the start.
  void await_fetches(int count) {
    const MutexLock lock(mutex_);
    while (begun_ < count) changed_.wait(mutex_);
  }

  void answer(std::expected<std::string, FetchError> with) {
    const MutexLock lock(mutex_);
    answers_.push_back(std::move(with));
    changed_.notify_all();
  }

  [[nodiscard]] int begun() {
    const MutexLock lock(mutex_);
    return begun_;
  }

 private:
  std::expected<std::string, FetchError> wait_for_answer(const std::atomic<bool>& stop) {
    const MutexLock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    while (answers_.empty()) {
      if (stop) return std::unexpected(FetchError{"stopping"});
      changed_.wait_for(mutex_, 1ms);  // `stop` notifies nobody
    }
    auto first = std::move(answers_.front());
    answers_.erase(answers_.begin());
    return first;
  }

  Mutex mutex_;
  ConditionVariable changed_;
  int begun_ CHAT_GUARDED_BY(mutex_) = 0;
  std::vector<std::expected<std::string, FetchError>> answers_ CHAT_GUARDED_BY(mutex_);
};

// Time stands still, so nothing is due but what is asked for.
class KeyRefresherTest : public ::testing::Test {
 protected:
  static std::string key_named(std::string_view kid) {
    return testing::jwks({testing::jwk(testing::p256_key(), {{"kid", kid}})});
  }

  KeySource source() {
    return {.issuer = "https://id.example",
            .jwks_url = "https://id.example/certs",
            .refresh = 10min,
            .fetch = gate_.fetch()};
  }

  [[nodiscard]] bool ring_has(std::string_view kid) const {
    const auto keys = ring_.keys(clock_.monotonic());
    return keys && keys->find(kid);
  }

  // The future is ready once the callback has been called.
  static std::pair<std::move_only_function<void()>, std::future<void>> callback() {
    std::promise<void> called;
    auto future = called.get_future();
    return {[promise = std::move(called)]() mutable { promise.set_value(); }, std::move(future)};
  }

  static std::future<void> request(KeyRefresher& refresher) {
    auto [done, called] = callback();
    refresher.request_refresh(std::move(done));
    return std::move(called);
  }

  static bool is_ready(const std::future<void>& future) {
    return future.wait_for(0s) == std::future_status::ready;
  }

  Gate gate_;
  ManualClock clock_;
  SystemRandom random_;
  Log log_{LogLevel::off, LogFormat::text};
  KeyRing ring_{24h};
};

TEST_F(KeyRefresherTest, FetchesAtTheStart) {
  KeyRefresher refresher(source(), ring_, clock_, random_, log_);
  gate_.await_fetches(1);
  EXPECT_FALSE(ring_.usable(clock_.monotonic()));
  const auto next = request(refresher);
  gate_.answer(key_named("a"));
  gate_.await_fetches(2);
  EXPECT_TRUE(ring_has("a"));
  gate_.answer(key_named("a"));
  next.wait();
  EXPECT_EQ(refresher.last_error(), "");
}

TEST_F(KeyRefresherTest, RequestWaitsForAFetchThatBeganAfterIt) {
  KeyRefresher refresher(source(), ring_, clock_, random_, log_);
  gate_.await_fetches(1);
  const auto asked = request(refresher);
  gate_.answer(key_named("before"));
  gate_.await_fetches(2);
  EXPECT_FALSE(is_ready(asked));
  gate_.answer(key_named("after"));
  asked.wait();
  EXPECT_TRUE(ring_has("after"));
  EXPECT_FALSE(ring_has("before"));
}

TEST_F(KeyRefresherTest, LaterRequestsJoinTheFetchInFlight) {
  KeyRefresher refresher(source(), ring_, clock_, random_, log_);
  gate_.await_fetches(1);
  gate_.answer(key_named("a"));
  const auto first = request(refresher);
  gate_.await_fetches(2);
  const auto second = request(refresher);
  EXPECT_FALSE(is_ready(second));
  gate_.answer(key_named("b"));
  first.wait();
  second.wait();
  EXPECT_EQ(gate_.begun(), 2);
}

TEST_F(KeyRefresherTest, RequestTooSoonIsAnsweredAtOnce) {
  KeyRefresher refresher(source(), ring_, clock_, random_, log_);
  gate_.await_fetches(1);
  const auto first = request(refresher);
  gate_.answer(key_named("a"));
  gate_.answer(key_named("a"));
  first.wait();
  EXPECT_TRUE(is_ready(request(refresher)));
  EXPECT_EQ(gate_.begun(), 2);
}

TEST_F(KeyRefresherTest, FailureKeepsTheOldKeysAndSaysWhy) {
  KeyRefresher refresher(source(), ring_, clock_, random_, log_);
  gate_.await_fetches(1);
  const auto asked = request(refresher);
  gate_.answer(key_named("a"));
  gate_.answer(std::unexpected(FetchError{"connection refused"}));
  asked.wait();
  EXPECT_EQ(refresher.last_error(), "connection refused");
  EXPECT_TRUE(ring_has("a"));
}

TEST_F(KeyRefresherTest, StoppingAbortsTheTransferAndAnswersWhoWaits) {
  std::future<void> during;
  {
    KeyRefresher refresher(source(), ring_, clock_, random_, log_);
    gate_.await_fetches(1);
    during = request(refresher);
  }
  EXPECT_TRUE(is_ready(during));
}

}  // namespace
}  // namespace chatserver::auth
