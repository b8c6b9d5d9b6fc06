#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace chatserver {

enum class LogLevel { debug, info, warning, error, off };
enum class LogFormat { text, json };

// One named value of a log line. Never pass a token, a password or a message text.
struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view n, std::string_view v) : name(n), value(v) {}
  LogField(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  LogField(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  LogField(std::string_view n, bool v) : name(n), value(v) {}
  LogField(std::string_view n, double v) : name(n), value(v) {}
  template <std::integral T>
  LogField(std::string_view n, T v) : name(n), value(static_cast<std::int64_t>(v)) {}
};

// The program's log: one line an event on standard error, "event key=value …"
// or one JSON object; control characters in values are escaped, so that a value
// cannot forge a line. Threading: any.
class Log {
 public:
  // Given one whole line at a time, its newline included; calls do not overlap.
  using Output = std::function<void(std::string_view line)>;

  Log(LogLevel level, LogFormat format);                 // to standard error
  Log(LogLevel level, LogFormat format, Output output);  // elsewhere: tests
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void set_level(LogLevel level) noexcept;
  [[nodiscard]] bool enabled(LogLevel level) const noexcept;

  // `event` is a fixed lower-case phrase: "session ended", "store unavailable".
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
    if (enabled(LogLevel::debug)) write(LogLevel::debug, event, fields);
  }
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
    if (enabled(LogLevel::info)) write(LogLevel::info, event, fields);
  }
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
    if (enabled(LogLevel::warning)) write(LogLevel::warning, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
    if (enabled(LogLevel::error)) write(LogLevel::error, event, fields);
  }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What suits standard error: text on a terminal, else JSON.
[[nodiscard]] LogFormat default_log_format() noexcept;

}  // namespace chatserver
