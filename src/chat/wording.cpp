#include "chat/wording.hpp"

#include <utility>

#include "base/check.hpp"
#include "protocol/server_frame.hpp"
#include "websocket/decoder.hpp"
#include "websocket/frame.hpp"

namespace chatserver::chat {
namespace {

constexpr std::string_view online_end = "true}";

std::string without_status(std::string object) {
  check(object.ends_with(online_end), "a user object ends with its status");
  object.resize(object.size() - online_end.size());
  return object;
}

// What a frame says before and after a part of it.
std::pair<std::string, std::string> around(std::string_view frame, std::string_view part) {
  const std::size_t at = frame.find(part);
  check(at != std::string_view::npos, "a frame holds the part it was made of");
  return {std::string(frame.substr(0, at)), std::string(frame.substr(at + part.size()))};
}

hub::PresenceWording presence_wording() {
  const User example{.id = UserId("i"), .username = "n"};
  auto [status_head, status_tail] =
      around(protocol::user_status(example, protocol::Status::online), protocol::user_object(example));
  constexpr std::size_t marker = 987654321;
  auto [total_head, total_end] = around(protocol::connected_users_tail(marker), std::to_string(marker));
  return {.status_head = std::move(status_head),
          .status_tail = std::move(status_tail),
          .list_head = std::string(protocol::connected_users_head()),
          .list_tail = protocol::connected_users_tail(std::nullopt),
          .list_tail_total = std::move(total_head),
          .list_end = std::move(total_end)};
}

}  // namespace

hub::Wording hub_wording() {
  using protocol::CloseCode;
  return {.presence = presence_wording(),
          .bulk = {.head = std::string(protocol::bulk_chat_head()),
                   .tail = std::string(protocol::bulk_tail()),
                   .tail_truncated = std::string(protocol::bulk_tail({.truncated = true})),
                   .tail_reset = std::string(protocol::bulk_tail({.reset = true}))},
          .too_slow = hub_close(CloseCode::too_slow),
          .expired = hub_close(CloseCode::token_expired),
          .unfinished = hub_close(CloseCode::protocol_error, "frame not finished in time")};
}

hub::Close hub_close(protocol::CloseCode code, std::string_view reason) {
  const auto number = static_cast<std::uint16_t>(code);
  if (reason.empty()) reason = protocol::describe(code).reason;
  return {.code = number,
          .frame = std::make_shared<const std::string>(websocket::encode_close(number, reason))};
}

hub::Close hub_echo(std::uint16_t code) {
  std::string frame = code == websocket::no_close_code ? websocket::encode_frame(websocket::Opcode::close, {})
                                                       : websocket::encode_close(code, {});
  return {.code = code, .frame = std::make_shared<const std::string>(std::move(frame))};
}

hub::FramePtr text_frame(std::string_view json) {
  return std::make_shared<const std::string>(websocket::encode_frame(websocket::Opcode::text, json));
}

hub::ShownUserPtr shown_user(UserPtr user) {
  std::string object = without_status(protocol::user_object(*user));
  object.shrink_to_fit();
  return std::make_shared<const hub::ShownUser>(std::move(user), std::move(object));
}

std::shared_ptr<const hub::PublicMessage> public_message(const Message& message) {
  using protocol::Nonce;
  auto encoded = std::make_shared<hub::PublicMessage>();
  encoded->id = message.cache_id;
  encoded->channel = message.channel_id;
  encoded->author = message.author.id;
  encoded->frame = websocket::encode_frame(websocket::Opcode::text, protocol::chat_message(message));
  encoded->object = protocol::message_object(message, Nonce::omit);
  if (!message.nonce.empty()) encoded->own_object = protocol::message_object(message, Nonce::include);
  return encoded;
}

}  // namespace chatserver::chat
