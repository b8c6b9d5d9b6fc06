#pragma once

#include <string>
#include <string_view>

namespace chatserver::websocket {

// Whether a Sec-WebSocket-Key is what RFC 6455 §4.1 asks for: 16 bytes in
// canonical base64. Threading: pure.
[[nodiscard]] bool valid_key(std::string_view sec_websocket_key);

// The Sec-WebSocket-Accept that answers it (RFC 6455 §4.2.2).
[[nodiscard]] std::string accept_key(std::string_view sec_websocket_key);

}  // namespace chatserver::websocket
