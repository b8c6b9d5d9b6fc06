#pragma once

#include <chrono>

namespace chatserver {

// What the calling thread has used of a processor so far.
[[nodiscard]] std::chrono::nanoseconds thread_cpu_time() noexcept;

}  // namespace chatserver
