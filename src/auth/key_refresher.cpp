#include "auth/key_refresher.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "auth/fetch_keys.hpp"
#include "auth/refresh_schedule.hpp"
#include "base/mutex.hpp"

namespace chatserver::auth {
namespace {

using Callbacks = std::vector<std::move_only_function<void()>>;

double unit_interval(Random& random) {
  std::uint32_t bits = 0;
  random.fill(std::as_writable_bytes(std::span(&bits, 1)));
  return bits / 4294967296.0;
}

void call_all(Callbacks& callbacks) {
  for (auto& callback : callbacks) callback();
  callbacks.clear();
}

}  // namespace

struct KeyRefresher::State {
  State(KeySource from, KeyRing& into, const Clock& time, Random& chance, Log& events)
      : source(std::move(from)),
        ring(into),
        clock(time),
        random(chance),
        log(events),
        schedule(source.refresh, time.monotonic()) {}

  const KeySource source;
  KeyRing& ring;
  const Clock& clock;
  Random& random;
  Log& log;

  std::atomic<bool> stop = false;  // written under the mutex, read by transfers without
  Mutex mutex;
  ConditionVariable changed;
  RefreshSchedule schedule CHAT_GUARDED_BY(mutex);
  bool fetching CHAT_GUARDED_BY(mutex) = false;
  Callbacks next CHAT_GUARDED_BY(mutex);     // answered by the fetch that is due
  Callbacks current CHAT_GUARDED_BY(mutex);  // answered by the fetch in flight
  std::string last_error CHAT_GUARDED_BY(mutex);

  std::thread thread;  // last: runs as soon as it is made

  void run() CHAT_EXCLUDES(mutex) {
    while (wait_until_due()) {
      const auto keys = fetch();
      Callbacks answered = settle(keys);
      call_all(answered);
    }
  }

  // False: the end has come.
  bool wait_until_due() CHAT_EXCLUDES(mutex) {
    const MutexLock lock(mutex);
    while (!stop) {
      const auto now = clock.monotonic();
      if (schedule.due(now)) {
        schedule.began();
        fetching = true;
        current = std::exchange(next, {});
        return true;
      }
      changed.wait_for(mutex, schedule.next() - now);
    }
    return false;
  }

  // The failure, or an empty string and the keys in the ring.
  std::string fetch() CHAT_EXCLUDES(mutex) {
    auto keys = fetch_keys(source.issuer, source.jwks_url, source.fetch, stop);
    if (!keys) return std::move(keys.error().message);
    ring.replace(std::move(*keys), clock.monotonic());
    return {};
  }

  Callbacks settle(const std::string& failure) CHAT_EXCLUDES(mutex) {
    const MutexLock lock(mutex);
    fetching = false;
    const auto now = clock.monotonic();
    if (failure.empty()) {
      if (!last_error.empty()) log.info("token keys are fresh again");
      schedule.succeeded(now);
    } else {
      if (!stop) log.warning("token keys not refreshed", {{"error", failure}, {"usable", ring.usable(now)}});
      schedule.failed(now, unit_interval(random));
    }
    last_error = failure;
    return std::exchange(current, {});
  }
};

KeyRefresher::KeyRefresher(KeySource source, KeyRing& ring, const Clock& clock, Random& random, Log& log)
    : state_(std::make_unique<State>(std::move(source), ring, clock, random, log)) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

KeyRefresher::~KeyRefresher() {
  {
    const MutexLock lock(state_->mutex);
    state_->stop = true;
    state_->changed.notify_all();
  }
  state_->thread.join();
  Callbacks left;
  {
    const MutexLock lock(state_->mutex);
    left = std::exchange(state_->next, {});
  }
  call_all(left);
}

void KeyRefresher::request_refresh(std::move_only_function<void()> done) {
  {
    const MutexLock lock(state_->mutex);
    const bool room = state_->next.size() + state_->current.size() < refresh_requests_max;
    const bool due = !state_->stop && state_->schedule.request(state_->clock.monotonic());
    if (due) state_->changed.notify_all();
    // A due request waits for the next fetch, and so do the later ones until
    // that fetch has begun; then they join it.
    if (room && (due || !state_->next.empty())) {
      state_->next.push_back(std::move(done));
      return;
    }
    if (room && state_->fetching) {
      state_->current.push_back(std::move(done));
      return;
    }
  }
  done();
}

std::string KeyRefresher::last_error() const {
  const MutexLock lock(state_->mutex);
  return state_->last_error;
}

}  // namespace chatserver::auth
