#pragma once

#include <memory>
#include <string>

namespace chatserver::hub {

// A complete WebSocket frame, or a piece of one, that sessions and threads share.
using FramePtr = std::shared_ptr<const std::string>;

}  // namespace chatserver::hub
