#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace chatserver::bench {

// Counts of durations in logarithmic buckets, 32 to a power of two: a quantile
// is at most 3 % too high. 16 KiB, whatever is recorded. Threading: one thread.
class LatencyHistogram {
 public:
  void record(std::uint64_t nanoseconds) noexcept {
    ++buckets_[bucket_of(nanoseconds)];
    ++count_;
    max_ = std::max(max_, nanoseconds);
  }

  // Upper edge of the bucket below or in which the given share (0..1) of all
  // durations lies, in nanoseconds; 0 when nothing was recorded.
  [[nodiscard]] std::uint64_t quantile(double share) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size() && count_ > 0; ++bucket) {
      seen += buckets_[bucket];
      if (seen > 0 && seen >= wanted) return std::min(upper_edge(bucket), max_);
    }
    return max_;
  }

  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  // Below 64 each duration has its own bucket; above, the six leading bits count.
  static constexpr int sub_bits = 5;

  static std::size_t bucket_of(std::uint64_t value) noexcept {
    const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - sub_bits - 1);
    return (static_cast<std::size_t>(shift) << sub_bits) + static_cast<std::size_t>(value >> shift);
  }

  static std::uint64_t upper_edge(std::size_t bucket) noexcept {
    if (bucket < (2U << sub_bits)) return bucket;
    const auto shift = (bucket >> sub_bits) - 1;
    const std::uint64_t lead = (bucket & ((1U << sub_bits) - 1)) + (1U << sub_bits);
    return ((lead + 1) << shift) - 1;
  }

  std::array<std::uint64_t, 2048> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace chatserver::bench
