#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/activity.hpp"
#include "model/channel.hpp"
#include "model/ids.hpp"
#include "model/message.hpp"
#include "model/user.hpp"
#include "protocol/error_code.hpp"

namespace chatserver::protocol {

// What clients get: complete JSON texts, compact, keys in the protocol's order.
// Frames of many parts can be built from pieces, so that a part which goes to
// many is encoded once. Texts given are valid UTF-8. Threading: pure.

// --- messages ---------------------------------------------------------------

// Live frames: with the nonce, if there is one.
[[nodiscard]] std::string chat_message(const Message& message);
[[nodiscard]] std::string private_chat_message(const PrivateMessage& message);

// One element of a bulk frame. Only the author gets the nonce back.
enum class Nonce : std::uint8_t { omit, include };
[[nodiscard]] std::string message_object(const Message& message, Nonce nonce);
[[nodiscard]] std::string private_message_object(const PrivateMessage& message, Nonce nonce);

struct BulkOptions {
  bool truncated = false;  // older messages of the asked range were left out
  bool reset = false;      // `since` was unknown: this is a full welcome
};
[[nodiscard]] std::string bulk_chat_messages(std::span<const std::string> objects, BulkOptions options = {});
[[nodiscard]] std::string bulk_private_messages(std::span<const std::string> objects,
                                                BulkOptions options = {});

// The same in pieces: head, the objects with commas between them, tail.
[[nodiscard]] std::string_view bulk_chat_head();
[[nodiscard]] std::string_view bulk_private_head();
[[nodiscard]] std::string_view bulk_tail(BulkOptions options = {});

// `channel` is left out when the messages were of several.
[[nodiscard]] std::string message_deleted(std::optional<std::string_view> channel,
                                          std::span<const CacheId> ids);

// --- channels and users -----------------------------------------------------

[[nodiscard]] std::string active_channels(std::span<const Channel> channels);
[[nodiscard]] std::string subscribed(std::span<const std::string> channel_names);

enum class Status : std::uint8_t { offline, online };
[[nodiscard]] std::string user_status(const User& user, Status status);

// `connected_users` in pieces: head, user objects with commas between them, tail.
// `total` is sent when not all of them are listed.
[[nodiscard]] std::string user_object(const User& user);
[[nodiscard]] std::string_view connected_users_head();
[[nodiscard]] std::string connected_users_tail(std::optional<std::size_t> total);

// --- answers ----------------------------------------------------------------

// `nonce` empty: left out.
[[nodiscard]] std::string error(ErrorCode code, std::string_view message, std::string_view nonce,
                                std::optional<std::chrono::milliseconds> retry_after);

// --- statistics, for dashboards and the REST routes -------------------------

[[nodiscard]] std::string message_count_by_channel(std::span<const ChannelCount> channels);
[[nodiscard]] std::string session_activity(std::span<const SessionDay> days);

}  // namespace chatserver::protocol
