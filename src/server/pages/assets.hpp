#pragma once

#include <string>
#include <string_view>

namespace chatserver::server {

// style.css and icon.svg, compiled in.
[[nodiscard]] std::string_view style_css() noexcept;
[[nodiscard]] std::string_view icon_svg() noexcept;

// A file that pages refer to, under a path that changes with its content: so it
// may be kept for ever.
struct Asset {
  std::string path;
  std::string_view type;
  std::string_view content;
};

[[nodiscard]] Asset style_asset();
[[nodiscard]] Asset icon_asset();

}  // namespace chatserver::server
