#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "protocol/server_frame.hpp"
#include "server/looked_up.hpp"
#include "server/number.hpp"
#include "server/page_query.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr NumberRange limit_range{.least = 1, .most = 200, .otherwise = 50};
// Absent: from the newest.
constexpr NumberRange before_range{
    .least = 1, .most = std::numeric_limits<std::int64_t>::max(), .otherwise = 0};

struct PageQuery {
  std::optional<CacheId> before;
  std::size_t limit;
};

std::expected<PageQuery, Response> page_query(const Request& request) {
  const auto before = query_number(request, "before", before_range);
  if (!before) return std::unexpected(before.error());
  const auto limit = query_number(request, "limit", limit_range);
  if (!limit) return std::unexpected(limit.error());
  PageQuery query{.before = std::nullopt, .limit = static_cast<std::size_t>(*limit)};
  if (*before != before_range.otherwise) query.before = CacheId(*before);
  return query;
}

template <class Page, class Encode>
Response page_response(const Page& page, Encode encode) {
  std::string body = R"({"messages":[)";
  for (const auto& message : page.messages) {
    if (body.back() != '[') body += ',';
    body += encode(message);
  }
  body.append(R"(],"has_more":)").append(page.has_more ? "true}" : "false}");
  return {.body = std::move(body)};
}

protocol::Nonce nonce_for(const UserId& author, const UserId& reader) {
  return author == reader ? protocol::Nonce::include : protocol::Nonce::omit;
}

Task<Response> channel_messages(RouteContext context) {
  const auto query = page_query(context.request);
  if (!query) co_return query.error();
  const auto id = parse_number(context.parameters.find("id")->second);
  if (!id) co_return problem(404, "no such channel");
  const ChannelId channel(*id);
  if (!context.services.chat.directory().channel(channel)) co_return problem(404, "no such channel");

  const auto start = [&](auto done) {
    context.services.chat.read_channel(channel, query->before, query->limit, std::move(done));
  };
  const auto page = co_await looked_up<store::MessagePage>(context, start);
  if (!page) co_return page.error();
  const UserId reader = context.claims->subject;
  co_return page_response(*page, [&](const Message& message) {
    return protocol::message_object(message, nonce_for(message.author.id, reader));
  });
}

Task<Response> private_messages(RouteContext context) {
  const auto query = page_query(context.request);
  if (!query) co_return query.error();
  std::optional<UserId> with;
  if (const auto text = context.request.query_value("with")) with = UserId(std::string(*text));
  const UserId reader = context.claims->subject;

  const auto start = [&](auto done) {
    context.services.chat.read_private(reader, with, query->before, query->limit, std::move(done));
  };
  const auto page = co_await looked_up<store::PrivateMessagePage>(context, start);
  if (!page) co_return page.error();
  co_return page_response(*page, [&](const PrivateMessage& message) {
    return protocol::private_message_object(message, nonce_for(message.author.id, reader));
  });
}

}  // namespace

std::vector<Route> message_routes() {
  return {{"GET", "/channels/{id}/messages", Access::token, channel_messages},
          {"GET", "/messages/private", Access::token, private_messages}};
}

}  // namespace chatserver::server
