#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/ids.hpp"
#include "protocol/error_code.hpp"
#include "protocol/options.hpp"

namespace chatserver::protocol {

// What clients send. Texts are as they came: never trimmed, never normalised.
// `nonce` is empty when none was sent; an empty one counts as none.
struct SendChat {
  std::string channel;
  std::string message;
  std::string nonce;

  friend bool operator==(const SendChat&, const SendChat&) = default;
};

struct SendPrivate {
  UserId recipient;
  std::string message;
  std::string nonce;

  friend bool operator==(const SendPrivate&, const SendPrivate&) = default;
};

struct Authenticate {
  std::string token;

  friend bool operator==(const Authenticate&, const Authenticate&) = default;
};

struct Subscribe {
  std::vector<std::string> channels;  // empty: all

  friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

using ClientFrame = std::variant<SendChat, SendPrivate, Authenticate, Subscribe>;

// Why a text is no ClientFrame: what an `error` frame says.
struct BadFrame {
  ErrorCode code = ErrorCode::bad_request;
  std::string message;  // for people; names the field, never repeats a message or a token
  std::string nonce;    // the frame's, when it could be read

  friend bool operator==(const BadFrame&, const BadFrame&) = default;
};

// Parses one text frame. Whether the channel, recipient or token exists is for
// others to say. Fields that a type does not know are ignored.
// Threading: pure. Limits: see Options and the constants beside it; the caller bounds the text.
[[nodiscard]] std::expected<ClientFrame, BadFrame> parse_client_frame(std::string_view utf8,
                                                                      const Options& options);

}  // namespace chatserver::protocol
