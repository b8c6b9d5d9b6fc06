#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "auth/issuer/keyed_mac.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "server/http_request.hpp"

namespace chatserver::server {

// Tells forms that were filled in on our own pages from those that another site
// sent in somebody's name (cross-site request forgery). Two things are asked:
// - the browser's word for where the form came from, if it gives one;
// - a token in the form that is bound to a cookie of the same browser (a signed
//   double submit), and that ages.
//
// Threading: any.
class FormGuard {
 public:
  static constexpr std::chrono::hours token_life{2};

  // `public_origin`: of the public URL. `mac`: the same on every server that may be sent the form.
  // `random` must outlive this.
  FormGuard(std::string public_origin, const auth::KeyedMac& mac, Random& random)
      : public_origin_(std::move(public_origin)), random_(random), mac_(mac) {}

  // A value for the cookie of a browser that has none.
  [[nodiscard]] std::string new_cookie() const;
  // For a hidden field of a form shown to the browser with that cookie.
  [[nodiscard]] std::string token(std::string_view cookie, Timestamp now) const;

  // Whether the form is ours. `cookie` empty: the browser sent none.
  [[nodiscard]] bool accepts(const Request& request, std::string_view cookie, std::string_view token,
                             Timestamp now) const;

 private:
  [[nodiscard]] bool came_from_here(const Request& request) const;

  const std::string public_origin_;
  Random& random_;
  const auth::KeyedMac mac_;
};

}  // namespace chatserver::server
