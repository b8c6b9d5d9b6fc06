#pragma once

#include <optional>
#include <string>

#include "model/ids.hpp"

namespace chatserver {

struct Channel {
  ChannelId id;
  std::string name;  // 1–24 code points, unique
  std::optional<std::string> description;
  int sort_order = 0;  // 1…n without holes

  friend bool operator==(const Channel&, const Channel&) = default;
};

}  // namespace chatserver
