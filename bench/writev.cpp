// The kernel's own limit of a fan-out: see README.md.

#include <cstdio>
#include <vector>

#include <fmt/format.h>

#include "load/interrupt.hpp"
#include "load/program.hpp"
#include "load/writev_limit.hpp"

namespace chatserver::bench {
namespace {

struct Options {
  std::vector<double> frames_per_call{1, 4, 10, 16, 64};
  WritevLoad load;
  int reader_core = 1;
};

void measure(const Options& options) {
  catch_interrupts();
  need_open_files(2 * options.load.connections + 100);
  pin_to_core(options.reader_core);
  fmt::print("{} connections, frames of {} bytes, {:.1f} s each\n\n", options.load.connections,
             options.load.frame_bytes, options.load.seconds);
  fmt::print("{:>12} {:>12} {:>18} {:>12}\n", "frames/call", "M frames/s", "M frames/CPU-s", "reader busy");
  for (const double frames : options.frames_per_call) {
    WritevLoad load = options.load;
    load.frames_per_call = frames;
    const WritevLimit limit = measure_writev_limit(load);
    fmt::print("{:>12.1f} {:>12.3f} {:>18.3f} {:>11.0f}%\n", frames, limit.frames_per_second / 1e6,
               limit.frames_per_cpu_second / 1e6, limit.reader_busy * 100);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("How many frames a second the kernel takes by writev", "bench_writev");
  app.add_option("--frames-per-call", options.frames_per_call)->capture_default_str();
  app.add_option("--connections", options.load.connections)
      ->capture_default_str()
      ->check(CLI::Range(1, 9000));
  app.add_option("--frame-bytes", options.load.frame_bytes)
      ->capture_default_str()
      ->check(CLI::Range(200, 60000));
  app.add_option("--seconds", options.load.seconds)->capture_default_str()->check(CLI::Range(0.1, 600.0));
  app.add_option("--writer-core", options.load.writer_core)->capture_default_str();
  app.add_option("--reader-core", options.reader_core)->capture_default_str();
  return run_benchmark(app, argc, argv, [&] { measure(options); });
}
