#pragma once

#include <cstdint>
#include <string_view>

namespace chatserver::protocol {

// Why a client frame was refused: `code` of an `error` frame. The connection goes on.
enum class ErrorCode : std::uint8_t {
  bad_json,           // not JSON, a key twice, a lone surrogate, a number out of range
  bad_request,        // JSON, but not a frame: wrong shape, wrong field, or a nonce used for other content
  unknown_type,       // `type` is missing or not one of ours
  bad_message,        // the text is empty, blank, too long or contains NUL
  unknown_channel,    // no channel has that name
  unknown_recipient,  // nobody with that id was ever here
  rate_limited,       // try again after `retry_after_ms`
  unavailable,        // nothing was stored; the same nonce may be sent again after `retry_after_ms`
  bad_token,          // the token of `authenticate` is not accepted; the session goes on as it was
};

// As it stands on the wire.
[[nodiscard]] constexpr std::string_view name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::bad_json:
      return "bad_json";
    case ErrorCode::bad_request:
      return "bad_request";
    case ErrorCode::unknown_type:
      return "unknown_type";
    case ErrorCode::bad_message:
      return "bad_message";
    case ErrorCode::unknown_channel:
      return "unknown_channel";
    case ErrorCode::unknown_recipient:
      return "unknown_recipient";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::bad_token:
      return "bad_token";
  }
  return "";
}

}  // namespace chatserver::protocol
