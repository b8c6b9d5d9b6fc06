#pragma once

#include <cstddef>
#include <cstdint>

namespace chatserver::bench {

// What the kernel alone can do: a process that does nothing but writev the same
// chat message, so many times a call, to each of its TCP connections in turn.
struct WritevLoad {
  std::size_t connections = 1000;
  double frames_per_call = 1;     // may lie between two whole numbers: calls of both are mixed
  std::size_t frame_bytes = 460;  // WebSocket header included; at least 200
  double seconds = 3;             // measured, after a warm-up of half a second
  int writer_core = 0;
};

struct WritevLimit {
  double frames_per_second = 0;      // received, by the clock
  double frames_per_cpu_second = 0;  // of the writer
  double reader_busy = 0;            // share of the time that this process computed: near 1, it is the limit
};

// Measures it, reading in this thread with the load generator's own code.
[[nodiscard]] WritevLimit measure_writev_limit(const WritevLoad& load);

}  // namespace chatserver::bench
