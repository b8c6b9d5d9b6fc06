#include <expected>
#include <optional>
#include <string>
#include <utility>

#include "protocol/server_frame.hpp"
#include "server/await_callback.hpp"
#include "server/number.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr std::int64_t limit_default = 50;
constexpr std::int64_t limit_max = 200;

struct PageQuery {
  std::optional<CacheId> before;
  std::size_t limit = limit_default;
};

std::expected<PageQuery, Response> page_query(const Request& request) {
  PageQuery query;
  if (const auto text = request.query_value("before")) {
    const auto before = parse_number(*text);
    if (!before || *before < 1) return std::unexpected(problem(400, "before must be a positive number"));
    query.before = CacheId(*before);
  }
  if (const auto text = request.query_value("limit")) {
    const auto limit = parse_number(*text);
    if (!limit || *limit < 1 || *limit > limit_max) {
      return std::unexpected(problem(400, "limit must be a number from 1 to 200"));
    }
    query.limit = static_cast<std::size_t>(*limit);
  }
  return query;
}

template <class Page, class Encode>
Response page_response(const std::optional<Page>& page, Encode encode) {
  if (!page) return problem_retry(503, "messages cannot be read just now");
  std::string body = R"({"messages":[)";
  for (const auto& message : page->messages) {
    if (body.back() != '[') body += ',';
    body += encode(message);
  }
  body.append(R"(],"has_more":)").append(page->has_more ? "true}" : "false}");
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

  using Page = std::optional<store::MessagePage>;
  const auto start = [&](auto done) {
    context.services.chat.read_channel(channel, query->before, query->limit, std::move(done));
  };
  const Page page = co_await await_callback<Page>(context.executor, start);
  const UserId reader = context.claims->subject;
  co_return page_response(page, [&](const Message& message) {
    return protocol::message_object(message, nonce_for(message.author.id, reader));
  });
}

Task<Response> private_messages(RouteContext context) {
  const auto query = page_query(context.request);
  if (!query) co_return query.error();
  std::optional<UserId> with;
  if (const auto text = context.request.query_value("with")) with = UserId(std::string(*text));
  const UserId reader = context.claims->subject;

  using Page = std::optional<store::PrivateMessagePage>;
  const auto start = [&](auto done) {
    context.services.chat.read_private(reader, with, query->before, query->limit, std::move(done));
  };
  const Page page = co_await await_callback<Page>(context.executor, start);
  co_return page_response(page, [&](const PrivateMessage& message) {
    return protocol::private_message_object(message, nonce_for(message.author.id, reader));
  });
}

}  // namespace

std::vector<Route> message_routes() {
  return {{"GET", "/channels/{id}/messages", Access::token, channel_messages},
          {"GET", "/messages/private", Access::token, private_messages}};
}

}  // namespace chatserver::server
