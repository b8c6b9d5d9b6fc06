#include "cache/rate_window.hpp"

#include <algorithm>
#include <iterator>

#include "base/check.hpp"

namespace chatserver::cache {
namespace {

using std::chrono::milliseconds;

// Two a call: idle users go faster than new ones can come.
constexpr int idle_checks_per_call = 2;

}  // namespace

void RateWindow::Sender::forget_until(Monotonic time) {
  while (first < admitted.size() && admitted[first] <= time) ++first;
  // Erases only once half is dead, so that a large limit does not cost its size with every message.
  if (first * 2 >= admitted.size()) {
    admitted.erase(admitted.begin(), admitted.begin() + static_cast<std::ptrdiff_t>(first));
    first = 0;
  }
}

std::optional<milliseconds> RateWindow::admit(const UserId& user, Monotonic now) {
  forget_idle(now);
  if (limit_.messages <= 0) return std::max(milliseconds{1}, milliseconds{limit_.window});

  Sender& from = sender(user);
  from.forget_until(now - limit_.window);
  const auto limit = static_cast<std::size_t>(limit_.messages);
  if (from.count() >= limit) {
    // After a lowered limit more than one has to fall out of the window first.
    const Monotonic last_in_the_way = from.admitted[from.first + (from.count() - limit)];
    const auto wait = std::chrono::ceil<milliseconds>(last_in_the_way + limit_.window - now);
    return std::max(milliseconds{1}, wait);
  }
  from.admitted.push_back(now);
  senders_.splice(senders_.end(), senders_, by_id_.at(user.value()));
  return std::nullopt;
}

void RateWindow::give_back(const UserId& user) {
  const auto found = by_id_.find(user.value());
  check(found != by_id_.end() && found->second->count() > 0, "only an admission is given back");
  found->second->admitted.pop_back();
}

RateWindow::Sender& RateWindow::sender(const UserId& user) {
  if (const auto found = by_id_.find(user.value()); found != by_id_.end()) return *found->second;
  senders_.push_back(Sender{.id = user, .admitted = {}, .first = 0});
  const auto added = std::prev(senders_.end());
  by_id_.emplace(added->id.value(), added);
  return *added;
}

void RateWindow::forget_idle(Monotonic now) {
  for (int i = 0; i < idle_checks_per_call && !senders_.empty(); ++i) {
    const Sender& oldest = senders_.front();
    const bool idle = oldest.count() == 0 || oldest.admitted.back() <= now - limit_.window;
    if (!idle) return;
    by_id_.erase(oldest.id.value());
    senders_.pop_front();
  }
}

}  // namespace chatserver::cache
