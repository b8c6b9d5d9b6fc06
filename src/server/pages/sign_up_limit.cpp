#include "server/pages/sign_up_limit.hpp"

namespace chatserver::server {

std::optional<std::chrono::seconds> SignUpLimit::admit(const Address& address, Monotonic now) {
  const MutexLock lock(mutex_);
  Day& day = days_.use(limit_key(address).to_string());
  if (day.count == 0 || now - day.began >= window) day = {.count = 0, .began = now};
  if (day.count >= per_address_) return std::chrono::ceil<std::chrono::seconds>(day.began + window - now);
  ++day.count;
  return std::nullopt;
}

void SignUpLimit::give_back(const Address& address) {
  const MutexLock lock(mutex_);
  Day* const day = days_.find(limit_key(address).to_string());
  if (day != nullptr && day->count > 0) --day->count;
}

}  // namespace chatserver::server
