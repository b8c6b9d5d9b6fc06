#include "server/pages/visit.hpp"

#include "server/pages/controls.hpp"
#include "server/pages/pages.hpp"

namespace chatserver::server {
namespace {

constexpr std::string_view form_cookie = "form";
constexpr std::string_view session_cookie = "session";
constexpr std::string_view device_cookie = "device";
constexpr std::string_view token_field = "form_token";
constexpr std::string_view notice_cookie = "notice";
constexpr std::chrono::hours device_cookie_life{24 * 365};
constexpr std::chrono::minutes notice_cookie_life{1};  // as long as a redirect may take

}  // namespace

Visit::Visit(FrontDoor& door, const Request& request) : door_(&door), request_(&request) {
  form_cookie_ = door.cookies.find(request, form_cookie).value_or("");
  if (!form_cookie_.empty()) return;
  form_cookie_ = door.forms.new_cookie();
  set_cookies_.push_back(door.cookies.set(form_cookie, form_cookie_));
}

Html Visit::form_token() const {
  const std::string token = door_->forms.token(form_cookie_, door_->clock.utc());
  return html("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", token_field, token);
}

std::expected<PostedForm, Response> Visit::form() const {
  auto form = PostedForm::of(*request_);
  if (!form) return std::unexpected(page(bad_form_page(form.error())));
  return *std::move(form);
}

bool Visit::trusts(const PostedForm& form) const {
  // Not form_cookie_, which may be new: then the browser has sent none.
  const std::string sent = door_->cookies.find(*request_, form_cookie).value_or("");
  return door_->forms.accepts(*request_, sent, form.value(token_field), door_->clock.utc());
}

std::optional<auth::SignedIn> Visit::signed_in() const {
  const auto secret = door_->cookies.find(*request_, session_cookie);
  if (!secret || secret->empty()) return std::nullopt;
  return door_->provider.find_session(*secret);
}

Guesser Visit::guesser(std::string_view typed_username) const {
  const std::string username = auth::canonical_username(typed_username).value_or("");
  const std::string cookie = door_->cookies.find(*request_, device_cookie).value_or("");
  return {
      .username = username, .address = request_->client, .device = door_->devices.device(cookie, username)};
}

void Visit::keep(const auth::NewSession& session) {
  const store::Account& account = session.signed_in.account;
  set_cookies_.push_back(
      door_->cookies.set(session_cookie, session.secret, door_->provider.lifetimes().session_max));
  const std::string cookie = door_->cookies.find(*request_, device_cookie).value_or("");
  if (!door_->devices.device(cookie, account.username).empty()) return;
  set_cookies_.push_back(
      door_->cookies.set(device_cookie, door_->devices.issue(account.username), device_cookie_life));
}

void Visit::forget_session() {
  set_cookies_.push_back(door_->cookies.remove(session_cookie));
}

void Visit::leave_notice(std::string_view of) {
  set_cookies_.push_back(door_->cookies.set(notice_cookie, of, notice_cookie_life));
}

bool Visit::take_notice(std::string_view of) {
  if (door_->cookies.find(*request_, notice_cookie) != of) return false;
  set_cookies_.push_back(door_->cookies.remove(notice_cookie));
  return true;
}

Response Visit::page(const Page& page) const {
  return with_cookies(to_response(page, door_->frame));
}

Response Visit::redirect(std::string_view location) const {
  return with_cookies(see_other(location));
}

Response Visit::with_cookies(Response response) const {
  for (const std::string& cookie : set_cookies_) response.headers.emplace_back("Set-Cookie", cookie);
  return response;
}

}  // namespace chatserver::server
