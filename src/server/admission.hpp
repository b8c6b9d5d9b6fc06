#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "server/address.hpp"
#include "server/options.hpp"

namespace chatserver::server {

// How many may be connected, in all and from one address, and how fast they may come.
//
// Threading: any.
class Admission {
 public:
  struct Limits {
    std::size_t sessions_max = 0;  // 0: none, here and below
    std::size_t per_address = 0;
    std::size_t per_second = 0;
  };

  // A place among the connected, given back when it dies.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), address_(other.address_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(admission_, other.admission_);
      std::swap(address_, other.address_);
      return *this;
    }
    ~Ticket() {
      if (admission_ != nullptr) admission_->release(address_);
    }
    [[nodiscard]] const Address& address() const noexcept { return address_; }

   private:
    friend class Admission;
    Ticket(Admission& admission, Address address) : admission_(&admission), address_(std::move(address)) {}
    Admission* admission_ = nullptr;
    Address address_;
  };

  explicit Admission(Limits limits) : limits_(limits) {}

  // Or why not, for the 429's detail.
  [[nodiscard]] std::expected<Ticket, std::string_view> enter(const Address& address, Monotonic now)
      CHAT_EXCLUDES(mutex_);
  [[nodiscard]] std::size_t inside() const CHAT_EXCLUDES(mutex_);

  // For those who come from now on; nobody is sent away.
  void set_limits(const Limits& limits) CHAT_EXCLUDES(mutex_);

 private:
  void release(const Address& address) CHAT_EXCLUDES(mutex_);

  mutable Mutex mutex_;
  Limits limits_ CHAT_GUARDED_BY(mutex_);
  std::size_t inside_ CHAT_GUARDED_BY(mutex_) = 0;
  std::map<Address, std::size_t> by_address_ CHAT_GUARDED_BY(mutex_);
  // A bucket that holds one second's worth of connects.
  double tokens_ CHAT_GUARDED_BY(mutex_) = 1;
  Monotonic filled_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::server
