#pragma once

#include <expected>
#include <optional>
#include <string>

#include "model/channel.hpp"
#include "model/ids.hpp"
#include "server/json_body.hpp"

// The fields of a channel in a request's body, or the 400 that says what is wrong with
// one. Threading: pure.
namespace chatserver::server {

[[nodiscard]] std::expected<ChannelId, Response> channel_id(const JsonBody& body);

// `stored`: the channel that is edited. What it has already is within any limit: an older server may have
// stored it, and dashboards send every field with each edit.

// Trimmed; within the limits of model/channel.hpp and fit for a line of names.
[[nodiscard]] std::expected<std::optional<std::string>, Response> channel_name(
    const JsonBody& body, JsonBody::Absent absent, const std::optional<Channel>& stored = std::nullopt);
// May have several lines.
[[nodiscard]] std::expected<std::optional<std::string>, Response> channel_description(
    const JsonBody& body, const std::optional<Channel>& stored = std::nullopt);

}  // namespace chatserver::server
