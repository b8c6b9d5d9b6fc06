#include "cache/valkey/log_keeping.hpp"

namespace chatserver::cache::valkey {
namespace {

constexpr std::chrono::seconds record_every{10};

}  // namespace

bool LogKeeping::is_whole(const std::string& process, const LogState& state) {
  if (records_ == nullptr) return true;
  const store::LogRecord known = records_->log_record();
  if (known.process.empty() || known.process == process) return true;
  return known.left_at == state.last.text();
}

void LogKeeping::followed_into(const std::string& process) {
  const MutexLock lock(mutex_);
  if (process_ == process) return;
  process_ = process;
  record_at_ = {};
}

void LogKeeping::record() {
  const auto now = std::chrono::steady_clock::now();
  std::string process;
  {
    const MutexLock lock(mutex_);
    if (records_ == nullptr || process_.empty() || now < record_at_) return;
    process = process_;
  }
  records_->record_log({.process = process, .left_at = ""});
  const MutexLock lock(mutex_);
  if (process_ == process) record_at_ = now + record_every;
}

void LogKeeping::leave(const std::string& process, EntryId last) {
  {
    const MutexLock lock(mutex_);
    if (records_ == nullptr || process_.empty() || process_ != process) return;
  }
  records_->record_log({.process = process, .left_at = last.text()});
}

}  // namespace chatserver::cache::valkey
