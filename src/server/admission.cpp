#include "server/admission.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace chatserver::server {

std::expected<Admission::Ticket, std::string_view> Admission::enter(const Address& address, Monotonic now) {
  const Address key = limit_key(address);
  const MutexLock lock(mutex_);
  if (limits_.sessions_max != 0 && inside_ >= limits_.sessions_max) {
    return std::unexpected("the server is full");
  }
  if (limits_.per_address != 0) {
    const auto it = by_address_.find(key);
    if (it != by_address_.end() && it->second >= limits_.per_address) {
      return std::unexpected("too many connections from this address");
    }
  }
  if (limits_.per_second != 0) {
    const auto rate = static_cast<double>(limits_.per_second);
    tokens_ = std::min(rate, tokens_ + std::chrono::duration<double>(now - filled_).count() * rate);
    filled_ = now;
    if (tokens_ < 1) return std::unexpected("too many connections just now");
    tokens_ -= 1;
  }
  ++inside_;
  ++by_address_[key];
  return Ticket(*this, address);
}

std::size_t Admission::inside() const {
  const MutexLock lock(mutex_);
  return inside_;
}

void Admission::set_limits(const Limits& limits) {
  const MutexLock lock(mutex_);
  limits_ = limits;
}

void Admission::release(const Address& address) {
  const MutexLock lock(mutex_);
  --inside_;
  const auto it = by_address_.find(limit_key(address));
  check(it != by_address_.end(), "who leaves has entered");
  if (--it->second == 0) by_address_.erase(it);
}

}  // namespace chatserver::server
