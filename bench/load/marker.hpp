#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatserver::bench {

// What a message says of itself, so that whoever receives it knows its age and
// its sender knows it again: a tag and fixed-width hexadecimal numbers at the
// front of the text.
struct Marker {
  std::uint16_t sender = 0;
  std::uint64_t sent_ns = 0;  // of now_ns()

  friend bool operator==(const Marker&, const Marker&) = default;
};

inline constexpr std::size_t marker_bytes = 4 + 4 + 16;

// A text of exactly that many bytes (at least marker_bytes), the rest filled up.
[[nodiscard]] std::string marked_text(const Marker& marker, std::size_t text_bytes);

// Finds the marker in a frame's payload. It stands at nearly the same place in
// all frames of a run: `hint` is where it was last time, looked at first.
[[nodiscard]] std::optional<Marker> find_marker(std::string_view payload, std::size_t& hint) noexcept;

// Monotonic clock in nanoseconds.
[[nodiscard]] std::uint64_t now_ns() noexcept;

}  // namespace chatserver::bench
