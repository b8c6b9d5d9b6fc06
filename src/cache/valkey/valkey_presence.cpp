#include "cache/valkey/valkey_presence.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <string_view>
#include <thread>
#include <utility>

#include <pthread.h>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/stop_signal.hpp"
#include "cache/valkey/backoff.hpp"
#include "cache/valkey/health.hpp"
#include "cache/valkey/node_name.hpp"
#include "cache/valkey/presence_link.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache {
namespace {

using valkey::Role;
using valkey::Trouble;

// Changes gather meanwhile: this is what a change takes to be seen elsewhere, twice at most.
constexpr std::chrono::milliseconds look_interval{100};

// Drives the conversation, and lets the others' lease end when it breaks off.
class ValkeyPresence final : public PresenceExchange {
 public:
  ValkeyPresence(const ValkeyPresenceOptions& options, const valkey::Target& target, const std::string& node,
                 Log& log)
      : lease_(options.lease),
        grace_(options.grace),
        health_(log),
        link_(options, target, node, own_, others_),
        backoff_(static_cast<std::uint32_t>(std::hash<std::string>{}(node))) {}
  ~ValkeyPresence() override { ValkeyPresence::stop(); }

  void start(PresenceListener& listener) override {
    check(listener_ == nullptr, "an exchange is started once");
    listener_ = &listener;
    pause_ = look();
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "presence");
      run();
    });
  }

  void here(std::vector<UserPresence> changes) override { own_.note(changes); }

  [[nodiscard]] Standing standing() const override {
    return {.nodes = 1 + other_nodes_, .works = health_.trouble(Role::presence) == Trouble::none};
  }

  void stop() override {
    if (!thread_.joinable()) return;
    stop_.give();
    thread_.join();
  }

 private:
  void run() {
    while (!stop_.wait_for(pause_)) pause_ = look();
    // Where it is not heard, the lease that was said before ends by itself.
    try {
      link_.farewell(grace_);
    } catch (const valkey::Lost& lost) {
      health_.note(Role::presence, lost.trouble(), lost.what());
    } catch (const valkey::Garbled& garbled) {
      health_.note(Role::presence, Trouble::foreign, garbled.what());
    }
  }

  // How long to wait for the next one.
  std::chrono::milliseconds look() {
    const Monotonic begun = std::chrono::steady_clock::now();
    std::chrono::milliseconds pause = look_interval;
    try {
      link_.look();
      heard_ = std::chrono::steady_clock::now();
      health_.note_works(Role::presence);
      backoff_.reset();
    } catch (const valkey::Lost& lost) {
      pause = failed(begun, lost.trouble(), lost.what());
    } catch (const valkey::Garbled& garbled) {
      pause = failed(begun, Trouble::foreign, garbled.what());
    }
    std::vector<UserPresence> changes = others_.take_changes();
    other_nodes_ = others_.count();
    if (!changes.empty()) listener_->elsewhere(std::move(changes));
    return pause;
  }

  std::chrono::milliseconds failed(Monotonic begun, Trouble trouble, std::string_view why) {
    health_.note(Role::presence, trouble, why);
    const Monotonic now = std::chrono::steady_clock::now();
    // A look that took that long was held up here, as where this process was frozen: the answer may be there.
    const bool held_up = now - begun >= lease_;
    if (now - heard_ >= lease_ && !held_up) link_.lose_others();
    return backoff_.next();
  }

  // Constant after construction.
  const std::chrono::milliseconds lease_;
  const std::chrono::milliseconds grace_;

  valkey::OwnUsers own_;
  valkey::Health health_;
  StopSignal stop_;
  std::atomic<std::size_t> other_nodes_ = 0;

  // The thread's own, once it runs.
  valkey::OtherNodes others_;
  valkey::PresenceLink link_;
  valkey::Backoff backoff_;
  Monotonic heard_{};  // when the others last were
  std::chrono::milliseconds pause_{};
  PresenceListener* listener_ = nullptr;

  std::thread thread_;
};

}  // namespace

std::expected<std::unique_ptr<PresenceExchange>, std::string> open_valkey_presence(
    ValkeyPresenceOptions options, Random& random, Log& log) {
  const auto target = valkey::Target::parse(options.cache.url);
  if (!target) return std::unexpected(target.error());
  return std::make_unique<ValkeyPresence>(options, *target, valkey::new_node_name(random), log);
}

}  // namespace chatserver::cache
