#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "model/ids.hpp"

namespace chatserver {

// Every client is sent the whole list, with each change of it.
inline constexpr std::size_t channels_max = 500;
inline constexpr std::size_t channel_name_chars_max = 24;
inline constexpr std::size_t channel_description_chars_max = 1000;

struct Channel {
  ChannelId id;
  std::string name;  // 1–24 code points, unique
  std::optional<std::string> description;
  int sort_order = 0;  // 1…n without holes

  friend bool operator==(const Channel&, const Channel&) = default;
};

}  // namespace chatserver
