#include "server/pages/pages.hpp"

#include <exception>
#include <memory>
#include <utility>

#include "server/await_callback.hpp"
#include "server/pages/front_door.hpp"
#include "server/pages/paths.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

// The rest of the page; the database being away is the one thing that nobody here can mend.
Response answer_of(FrontDoor& door, Later& later) {
  try {
    return later.answer();
  } catch (const std::exception& error) {
    door.log.error("page not made", {{"reason", error.what()}});
    later.withdraw();
    return to_response(busy_page(), door.frame);
  }
}

Task<Response> answer_later(PageParts parts, Executor executor, Later later) {
  BlockingPool& pool = later.on == Waiting::hashing ? parts.hashing_pool : parts.store_pool;
  const auto start = [&](auto done) {
    const bool accepted =
        pool.run([&later, &door = parts.door, done]() mutable { done(answer_of(door, later)); });
    if (accepted) return;
    later.withdraw();
    done(to_response(busy_page(), parts.door.frame));
  };
  co_return co_await await_callback<Response>(executor, start);
}

Route page(std::string_view method, std::string_view path, PageHandler handler, PageParts parts) {
  const auto answer = [handler, parts](RouteContext context) -> Task<Response> {
    PageAnswer answer = handler(parts.door, context.request);
    if (auto* response = std::get_if<Response>(&answer)) co_return std::move(*response);
    Later later = std::get<Later>(std::move(answer));
    co_return co_await answer_later(parts, context.executor, std::move(later));
  };
  // A form that is too large gets a page that says so.
  const std::size_t body_bytes = method == "POST" ? any_body_bytes : unread_body_bytes;
  return {method, path, Access::everybody, answer, body_bytes};
}

// Lies under its hash: another content has another path.
Route asset(const Asset& asset) {
  const auto answer = [&asset](const RouteContext&) {
    return Response{.content_type = std::string(asset.type),
                    .body = std::string(asset.content),
                    .headers = {{"Cache-Control", "public, max-age=31536000, immutable"}}};
  };
  return {"GET", asset.path, Access::everybody, at_once(answer)};
}

}  // namespace

std::vector<Route> page_routes(const PageParts& parts) {
  const auto get = [&](std::string_view path, PageHandler handler) {
    return page("GET", path, handler, parts);
  };
  const auto post = [&](std::string_view path, PageHandler handler) {
    return page("POST", path, handler, parts);
  };
  return {asset(parts.door.style),
          asset(parts.door.icon),
          get("/", show_home),
          get(authorization_path, authorize),
          post(authorization_path, authorize_by_form),
          get(sign_in_path, show_sign_in),
          post(sign_in_path, sign_in),
          get(continue_path, show_continue),
          post(continue_path, continue_as),
          get(sign_up_path, show_sign_up),
          post(sign_up_path, sign_up),
          get(invite_path, show_invite),
          post(invite_path, accept_invite),
          get(set_up_path, show_set_up),
          post(set_up_path, set_up),
          get(account_path, show_account),
          get(password_path, back_to_account),
          post(password_path, change_password),
          get(sign_out_path, back_to_account),
          post(sign_out_path, sign_out),
          get(logout_path, log_out),
          post(logout_path, log_out_by_form),
          get(signed_out_path, show_signed_out),
          get(any_other_path, show_not_found),
          post(any_other_path, show_not_found)};
}

}  // namespace chatserver::server
