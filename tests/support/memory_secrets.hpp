#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.hpp"
#include "store/secrets.hpp"

namespace chatserver::test {

// Secrets in memory. Threading: any.
class MemorySecrets final : public store::Secrets {
 public:
  std::optional<store::Secret> find_secret(std::string_view name) override {
    const MutexLock lock(mutex_);
    const auto found = secrets_.find(name);
    return found == secrets_.end() ? std::nullopt : std::optional(found->second);
  }
  std::int64_t secret_version(std::string_view name) override {
    const auto found = find_secret(name);
    return found ? found->version : 0;
  }
  bool replace_secret(std::string_view name, std::int64_t replaced, std::string_view content) override {
    if (before_next_replacement) std::exchange(before_next_replacement, {})();
    const MutexLock lock(mutex_);
    const auto found = secrets_.find(name);
    if ((found == secrets_.end() ? 0 : found->second.version) != replaced) return false;
    secrets_[std::string(name)] = {.content = std::string(content), .version = ++last_version_};
    return true;
  }

  // Called once, as if another process were faster. To be set while no other thread replaces anything.
  std::function<void()> before_next_replacement;

 private:
  Mutex mutex_;
  std::map<std::string, store::Secret, std::less<>> secrets_ CHAT_GUARDED_BY(mutex_);
  std::int64_t last_version_ CHAT_GUARDED_BY(mutex_) = 0;
};

}  // namespace chatserver::test
