#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace chatserver::config {

// Numbers as operators write them. The error is the rest of a sentence that
// begins with the key: "needs a unit: ms, s, m, h or d". Threading: pure.

// Decimal digits with an optional sign, nothing else.
[[nodiscard]] std::expected<std::int64_t, std::string> parse_integer(std::string_view text);

// "500ms", "30s", "10m", "2h", "7d".
[[nodiscard]] std::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text);
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

// "512B", "16KiB", "64MiB", "1GiB", and KB, MB, GB in powers of 1000.
[[nodiscard]] std::expected<std::size_t, std::string> parse_size(std::string_view text);
[[nodiscard]] std::string format_size(std::size_t bytes);

}  // namespace chatserver::config
