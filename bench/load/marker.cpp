#include "load/marker.hpp"

#include <ctime>

#include "base/check.hpp"

namespace chatserver::bench {
namespace {

constexpr std::string_view tag = "@#~@";

void append_hex(std::string& out, std::uint64_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out.push_back("0123456789abcdef"[(value >> shift) & 15U]);
  }
}

std::uint64_t parse_hex(std::string_view digits) noexcept {
  std::uint64_t value = 0;
  for (const char digit : digits) {
    const auto code = static_cast<unsigned char>(digit);
    value = value << 4U | ((code & 15U) + (code >= 'a' ? 9U : 0U));
  }
  return value;
}

}  // namespace

std::string marked_text(const Marker& marker, std::size_t text_bytes) {
  check(text_bytes >= marker_bytes, "a message has room for its marker");
  std::string text(tag);
  append_hex(text, marker.sender, 4);
  append_hex(text, marker.sent_ns, 16);
  text.resize(text_bytes, '.');
  return text;
}

std::optional<Marker> find_marker(std::string_view payload, std::size_t& hint) noexcept {
  std::size_t at = hint;
  if (payload.size() < at + marker_bytes || payload.substr(at, tag.size()) != tag) {
    at = payload.find(tag);
    if (at == std::string_view::npos || payload.size() < at + marker_bytes) return std::nullopt;
    hint = at;
  }
  payload.remove_prefix(at + tag.size());
  return Marker{.sender = static_cast<std::uint16_t>(parse_hex(payload.substr(0, 4))),
                .sent_ns = parse_hex(payload.substr(4, 16))};
}

std::uint64_t now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace chatserver::bench
