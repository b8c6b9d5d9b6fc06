#pragma once

#include <expected>
#include <optional>
#include <string>

#include "model/ids.hpp"
#include "server/json_body.hpp"

// The fields of a channel in a request's body, or the 400 that says what is wrong with
// one. Threading: pure.
namespace chatserver::server {

[[nodiscard]] std::expected<ChannelId, Response> channel_id(const JsonBody& body);

// Trimmed; within the limits of model/channel.hpp and fit for a line of names.
[[nodiscard]] std::expected<std::optional<std::string>, Response> channel_name(const JsonBody& body,
                                                                               JsonBody::Absent absent);
[[nodiscard]] std::expected<std::optional<std::string>, Response> channel_description(const JsonBody& body);

}  // namespace chatserver::server
