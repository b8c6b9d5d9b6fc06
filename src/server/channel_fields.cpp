#include "server/channel_fields.hpp"

#include <cstdint>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "protocol/text.hpp"

namespace chatserver::server {
namespace {

// As it is sent, with space around it; what counts is what is left.
constexpr std::size_t untrimmed_chars_max = 1024;

}  // namespace

std::expected<ChannelId, Response> channel_id(const JsonBody& body) {
  const auto id = body.integer("id", 1, std::numeric_limits<std::int64_t>::max(), JsonBody::Absent::refused);
  if (!id) return std::unexpected(id.error());
  return ChannelId(**id);
}

std::expected<std::optional<std::string>, Response> channel_name(const JsonBody& body,
                                                                 JsonBody::Absent absent,
                                                                 const std::optional<Channel>& stored) {
  if (stored && body.is_text("name", stored->name)) return stored->name;
  const auto text = body.text("name", untrimmed_chars_max, absent);
  if (!text || !*text) return text;
  const std::string_view name = protocol::trimmed(**text);
  const std::size_t chars = protocol::count_code_points(name);
  if (chars < 1 || chars > channel_name_chars_max) {
    return std::unexpected(
        problem(400, fmt::format("name must have 1 to {} characters", channel_name_chars_max)));
  }
  if (!protocol::fits_a_line_of_names(name)) {
    return std::unexpected(problem(400, "name must be free of characters that break or turn a line"));
  }
  return std::string(name);
}

std::expected<std::optional<std::string>, Response> channel_description(
    const JsonBody& body, const std::optional<Channel>& stored) {
  if (stored && stored->description && body.is_text("description", *stored->description))
    return stored->description;
  return body.text("description", channel_description_chars_max, JsonBody::Absent::allowed,
                   JsonBody::Lines::many);
}

}  // namespace chatserver::server
