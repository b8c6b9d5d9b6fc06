#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace chatserver::auth {

// What an issuer's document could not be had for; fit for a log line and /readyz.
struct FetchError {
  std::string message;
};

// Gets the body of a 200 answer. Blocks; returns soon with an error once `stop` is set.
using Fetch = std::function<std::expected<std::string, FetchError>(const std::string& url,
                                                                   const std::atomic<bool>& stop)>;

struct FetchLimits {
  std::string ca_file{};  // PEM; empty: the system's authorities
  std::size_t bytes_max;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{10'000};
};

// A Fetch over libcurl: https, or http to a loopback host (is_acceptable_url);
// certificates checked; no redirects, no proxy from the environment for loopback.
[[nodiscard]] Fetch curl_fetch(FetchLimits limits);

// Whether keys may come from there: https, or http to 127.0.0.0/8, ::1 or
// localhost; no user info, no fragment.
[[nodiscard]] bool is_acceptable_url(std::string_view url);

}  // namespace chatserver::auth
