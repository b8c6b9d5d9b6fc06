#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "hub/shard.hpp"
#include "model/message.hpp"
#include "model/user.hpp"
#include "protocol/close_code.hpp"

namespace chatserver::chat {

// The protocol's words in the form that the hub, which does not know the
// protocol, is handed them. Threading: pure.

[[nodiscard]] hub::Wording hub_wording();

// `reason` empty: the code's usual one.
[[nodiscard]] hub::Close hub_close(protocol::CloseCode code, std::string_view reason = {});
// For codes out of a peer's close frame.
[[nodiscard]] hub::Close hub_echo(std::uint16_t code);

[[nodiscard]] hub::FramePtr text_frame(std::string_view json);

[[nodiscard]] hub::ShownUserPtr shown_user(UserPtr user);

[[nodiscard]] std::shared_ptr<const hub::PublicMessage> public_message(const Message& message);

}  // namespace chatserver::chat
