#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/await_callback.hpp"
#include "server/change_refused.hpp"
#include "server/channel_fields.hpp"
#include "server/json_body.hpp"
#include "server/number.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr std::string_view unknown_channel = "no channel has this id";

using Changed = std::expected<ChannelId, cache::ChangeError>;

Response answer_to(const Changed& changed, std::string_view message) {
  if (!changed) return change_refused(changed.error(), unknown_channel);
  return {.body = boost::json::serialize(
              boost::json::object{{"message", boost::json::string_view(message.data(), message.size())}})};
}

// --- POST -----------------------------------------------------------------------

std::expected<store::CreateChannel, Response> creation(const Request& request) {
  const auto body = JsonBody::parse(request);
  if (!body) return std::unexpected(body.error());
  auto name = channel_name(*body, JsonBody::Absent::refused);
  if (!name) return std::unexpected(std::move(name.error()));
  auto description = channel_description(*body);
  if (!description) return std::unexpected(std::move(description.error()));
  return store::CreateChannel{.name = **std::move(name), .description = *std::move(description)};
}

Task<Response> create(RouteContext context) {
  const auto order = creation(context.request);
  if (!order) co_return order.error();
  using Created = std::expected<Channel, cache::ChangeError>;
  const auto start = [&](auto done) {
    context.services.administration.create_channel(*order, acting_admin(context), std::move(done));
  };
  const Created created = co_await await_callback<Created>(context.executor, start);
  if (!created) co_return change_refused(created.error(), unknown_channel);
  const boost::json::object answer{{"message", "Channel created"}, {"name", created->name}};
  co_return Response{.status = 201, .body = boost::json::serialize(answer)};
}

// --- PATCH ----------------------------------------------------------------------

// What to edit: whoever sends all the fields of a channel means those that are not null.
std::expected<store::EditChannel, Response> edit(const JsonBody& body, ChannelId id,
                                                 const chat::Directory& directory) {
  const std::optional<Channel> stored = directory.channel(id);
  auto name = channel_name(body, JsonBody::Absent::allowed, stored);
  if (!name) return std::unexpected(std::move(name.error()));
  auto description = channel_description(body, stored);
  if (!description) return std::unexpected(std::move(description.error()));
  return store::EditChannel{.id = id, .name = *std::move(name), .description = *std::move(description)};
}

std::expected<std::optional<ChannelId>, Response> before_id(const JsonBody& body) {
  const auto before =
      body.integer("before_id", 1, std::numeric_limits<std::int64_t>::max(), JsonBody::Absent::allowed);
  if (!before) return std::unexpected(before.error());
  return *before ? std::optional(ChannelId(**before)) : std::nullopt;
}

// `before_id: null` means the end, but beside a name or a description nothing.
std::expected<store::ChannelEdit, Response> change(const Request& request, const chat::Directory& directory) {
  const auto body = JsonBody::parse(request);
  if (!body) return std::unexpected(body.error());
  const auto id = channel_id(*body);
  if (!id) return std::unexpected(id.error());
  auto edited = edit(*body, *id, directory);
  if (!edited) return std::unexpected(std::move(edited.error()));
  const auto before = before_id(*body);
  if (!before) return std::unexpected(before.error());

  const bool edits = edited->name || edited->description;
  if (edits && *before) return std::unexpected(problem(400, "before_id goes without name and description"));
  if (edits) return *std::move(edited);
  if (!body->has("before_id"))
    return std::unexpected(problem(400, "name, description or before_id is missing"));
  return store::MoveChannel{.id = *id, .before = *before};
}

Task<Response> patch(RouteContext context) {
  const auto order = change(context.request, context.services.chat.directory());
  if (!order) co_return order.error();
  const auto* moved = std::get_if<store::MoveChannel>(&*order);
  const auto start = [&](auto done) {
    chat::Administration& administration = context.services.administration;
    const UserId& by = acting_admin(context);
    if (moved != nullptr) return administration.move_channel(*moved, by, std::move(done));
    administration.edit_channel(std::get<store::EditChannel>(*order), by, std::move(done));
  };
  const Changed changed = co_await await_callback<Changed>(context.executor, start);
  co_return answer_to(changed, moved != nullptr ? "Channel reordered" : "Channel updated");
}

// --- DELETE ---------------------------------------------------------------------

std::optional<store::Purge> purge_of(const Request& request) {
  const std::string_view value = request.query_value("purge").value_or("0");
  if (request.query_count("purge") > 1) return std::nullopt;
  if (value == "1" || value == "true") return store::Purge::yes;
  if (value == "0" || value == "false") return store::Purge::no;
  return std::nullopt;
}

std::expected<store::DeleteChannel, Response> deletion(const Request& request) {
  const auto text = request.query_value("id");
  const auto id = text ? parse_number(*text) : std::nullopt;
  if (!id || *id < 1 || request.query_count("id") != 1)
    return std::unexpected(problem(400, "id must be one positive number"));
  const auto purge = purge_of(request);
  if (!purge) return std::unexpected(problem(400, "purge must be one of 0, 1, false, true"));
  return store::DeleteChannel{.id = ChannelId(*id), .purge = *purge};
}

Task<Response> remove(RouteContext context) {
  const auto order = deletion(context.request);
  if (!order) co_return order.error();
  const auto start = [&](auto done) {
    context.services.administration.delete_channel(*order, acting_admin(context), std::move(done));
  };
  const Changed changed = co_await await_callback<Changed>(context.executor, start);
  co_return answer_to(changed, "Channel deleted");
}

}  // namespace

std::vector<Route> channel_edit_routes() {
  return {{"POST", "/channels", Access::admin, create, any_body_bytes},
          {"PATCH", "/channels", Access::admin, patch, any_body_bytes},
          {"DELETE", "/channels", Access::admin, remove}};
}

}  // namespace chatserver::server
