#include "base/log.hpp"

#include <mutex>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "base/log_line.hpp"

namespace chatserver {
namespace {

// Time (RFC 3339, UTC, microseconds) and level come from spdlog, %v from log_line.hpp.
constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%fZ %l %v";
constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";

class OutputSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit OutputSink(Log::Output output) : output_(std::move(output)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    output_(std::string_view(line.data(), line.size()));
  }
  void flush_() override {}

  Log::Output output_;
};

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

}  // namespace

struct Log::Impl {
  Impl(LogLevel level, LogFormat line_format, spdlog::sink_ptr sink)
      : format(line_format), logger("", std::move(sink)) {
    logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
        format == LogFormat::json ? json_pattern : text_pattern, spdlog::pattern_time_type::utc));
    logger.set_level(spdlog_level(level));
  }

  const LogFormat format;
  spdlog::logger logger;
};

Log::Log(LogLevel level, LogFormat format)
    : impl_(std::make_unique<Impl>(level, format, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

Log::Log(LogLevel level, LogFormat format, Output output)
    : impl_(std::make_unique<Impl>(level, format, std::make_shared<OutputSink>(std::move(output)))) {}

Log::~Log() = default;

void Log::set_level(LogLevel level) noexcept {
  impl_->logger.set_level(spdlog_level(level));
}

bool Log::enabled(LogLevel level) const noexcept {
  return level != LogLevel::off && impl_->logger.should_log(spdlog_level(level));
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!enabled(level)) return;
  const std::string line =
      impl_->format == LogFormat::json ? json_members(event, fields) : text_line(event, fields);
  impl_->logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

LogFormat default_log_format() noexcept {
  return ::isatty(STDERR_FILENO) != 0 ? LogFormat::text : LogFormat::json;
}

}  // namespace chatserver
