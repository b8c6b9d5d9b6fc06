#include "server/pages/form_guard.hpp"

#include <charconv>
#include <cstdint>

#include "auth/issuer/secret.hpp"

namespace chatserver::server {
namespace {

std::int64_t seconds_of(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// What is signed: both parts are ours or were matched against what we signed, so
// that no two pairs make the same text.
std::string marked(std::string_view time, std::string_view cookie) {
  return std::string(time).append(" ").append(cookie);
}

}  // namespace

std::string FormGuard::new_cookie() const {
  return auth::make_secret(random_);
}

std::string FormGuard::token(std::string_view cookie, Timestamp now) const {
  const std::string time = std::to_string(seconds_of(now));
  return time + "." + mac_.mark(marked(time, cookie));
}

bool FormGuard::accepts(const Request& request, std::string_view cookie, std::string_view token,
                        Timestamp now) const {
  if (cookie.empty() || !came_from_here(request)) return false;
  const std::string_view time = token.substr(0, token.find('.'));
  if (time.size() == token.size() || !mac_.matches(marked(time, cookie), token.substr(time.size() + 1))) {
    return false;
  }
  std::int64_t made = 0;
  std::from_chars(time.data(), time.data() + time.size(), made);  // a number: we marked it
  return seconds_of(now) - made < std::chrono::seconds{token_life}.count();
}

bool FormGuard::came_from_here(const Request& request) const {
  // A page cannot forge either field. The first is the browser's own verdict.
  if (const auto site = request.header("sec-fetch-site")) return *site == "same-origin";
  const auto origin = request.header("origin");
  if (!origin) return true;
  if (*origin == public_origin_) return true;
  // The same page by another of its names, as 127.0.0.1 for localhost.
  const auto host = request.header("host");
  return host && (*origin == "http://" + std::string(*host) || *origin == "https://" + std::string(*host));
}

}  // namespace chatserver::server
