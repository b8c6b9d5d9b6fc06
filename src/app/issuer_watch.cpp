#include "app/issuer_watch.hpp"

#include <utility>

#include "store/store.hpp"

namespace chatserver::app {
namespace {

constexpr std::chrono::milliseconds look_interval{500};
constexpr std::chrono::minutes forget_interval{1};
// Of each kind and minute: a backlog must not hold up who signs in.
constexpr std::size_t forgotten_at_once = 1000;

}  // namespace

IssuerWatch::IssuerWatch(const Parts& parts) : parts_(parts), thread_([this] { run(); }) {}

IssuerWatch::~IssuerWatch() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    woken_.notify_all();
  }
  thread_.join();
}

void IssuerWatch::look_now() {
  const MutexLock lock(mutex_);
  due_ = true;
  woken_.notify_all();
}

void IssuerWatch::run() {
  do {
    look();
  } while (wait());
  look();  // what this node was told last is said on before it ends
}

bool IssuerWatch::wait() {
  const auto deadline = std::chrono::steady_clock::now() + look_interval;
  const MutexLock lock(mutex_);
  while (!stopping_ && !due_ && woken_.wait_until(mutex_, deadline)) {
  }
  due_ = false;
  return !stopping_;
}

void IssuerWatch::look() {
  try {
    if (parts_.logouts != nullptr) parts_.logouts->write();
    parts_.ended_logins.catch_up();
    look_at_keys();
    forget_what_is_over();
    if (std::exchange(store_trouble_, false)) parts_.log.info("accounts are read again");
  } catch (const store::Unavailable& error) {
    if (!std::exchange(store_trouble_, true)) {
      parts_.log.error("changes of accounts cannot be read", {{"reason", error.what()}});
    }
  }
}

void IssuerWatch::look_at_keys() {
  if (parts_.keys == nullptr) return;
  const auto changed = parts_.keys->look();
  if (!changed) {
    if (key_trouble_ != changed.error().message) {
      parts_.log.error("signing keys cannot be read; those in force go on",
                       {{"reason", changed.error().message}});
    }
    key_trouble_ = changed.error().message;
    return;
  }
  key_trouble_.clear();
  if (*changed) parts_.log.info("signing keys taken over");
}

void IssuerWatch::forget_what_is_over() {
  const Monotonic now = parts_.clock.monotonic();
  if (now < next_forgetting_) return;
  next_forgetting_ = now + forget_interval;
  (void)parts_.grants.forget_expired_grants(parts_.clock.utc(), forgotten_at_once);
}

}  // namespace chatserver::app
