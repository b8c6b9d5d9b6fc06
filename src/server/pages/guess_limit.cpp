#include "server/pages/guess_limit.hpp"

#include <algorithm>

namespace chatserver::server {
namespace {

using std::chrono::seconds;

// User names hold neither space nor '/', so that no two pairs share a key.
std::string pair_key(const Guesser& guesser) {
  if (!guesser.device.empty()) return guesser.username + " device " + guesser.device;
  return guesser.username + " " + limit_key(guesser.address).to_string();
}

seconds wait_after(unsigned failures, const GuessPolicy& policy) {
  if (failures <= policy.free) return seconds{0};
  constexpr unsigned doublings_max = 20;  // far beyond any `longest`, and no overflow
  const unsigned doublings = std::min(failures - policy.free - 1, doublings_max);
  return std::min(policy.first * (1U << doublings), policy.longest);
}

}  // namespace

std::optional<seconds> GuessLimit::admit(const Guesser& guesser, Monotonic now) {
  const std::string pair = pair_key(guesser);
  const std::string address = limit_key(guesser.address).to_string();
  const bool known = !guesser.device.empty();
  const MutexLock lock(mutex_);
  seconds wait = left(pairs_, pair, per_account_and_address, now);
  if (!known) wait = std::max(wait, left(addresses_, address, per_address, now));
  if (wait > seconds{0}) return wait;
  count(pairs_, pair, now);
  if (!known) count(addresses_, address, now);
  return std::nullopt;
}

void GuessLimit::succeeded(const Guesser& guesser) {
  const MutexLock lock(mutex_);
  pairs_.erase(pair_key(guesser));
  if (guesser.device.empty()) take_back(addresses_, limit_key(guesser.address).to_string());
}

void GuessLimit::withdraw(const Guesser& guesser) {
  const MutexLock lock(mutex_);
  take_back(pairs_, pair_key(guesser));
  if (guesser.device.empty()) take_back(addresses_, limit_key(guesser.address).to_string());
}

seconds GuessLimit::left(Table& table, std::string_view key, const GuessPolicy& policy, Monotonic now) {
  const Failures* const failures = table.find(key);
  if (failures == nullptr || now - failures->last >= forgotten_after) return seconds{0};
  const auto until = failures->last + wait_after(failures->count, policy);
  return until <= now ? seconds{0} : std::chrono::ceil<seconds>(until - now);
}

void GuessLimit::count(Table& table, std::string_view key, Monotonic now) {
  Failures& failures = table.use(key);
  if (now - failures.last >= forgotten_after) failures.count = 0;
  ++failures.count;
  failures.last = now;
}

void GuessLimit::take_back(Table& table, std::string_view key) {
  Failures* const failures = table.find(key);
  if (failures != nullptr && failures->count > 0) --failures->count;
}

}  // namespace chatserver::server
