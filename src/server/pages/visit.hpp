#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/issuer/provider.hpp"
#include "server/pages/front_door.hpp"
#include "server/pages/posted_form.hpp"

namespace chatserver::server {

// One request for a page: what the browser showed of itself, and the cookies that
// it gets with the answer.
//
// Threading: one at a time; made on a shard, it may move to where the answer is
// made. Lifetime: not beyond the request.
class Visit {
 public:
  Visit(FrontDoor& door, const Request& request);

  [[nodiscard]] FrontDoor& door() const noexcept { return *door_; }
  [[nodiscard]] const Request& request() const noexcept { return *request_; }

  // --- forms ----------------------------------------------------------------
  // The field that every form of ours holds.
  [[nodiscard]] Html form_token() const;
  // The form that came; or the page that says why it is none.
  [[nodiscard]] std::expected<PostedForm, Response> form() const;
  // Whether it is one of ours; if not, nothing may be done.
  [[nodiscard]] bool trusts(const PostedForm& form) const;

  // --- who it is ------------------------------------------------------------
  // Blocks on the store.
  [[nodiscard]] std::optional<auth::SignedIn> signed_in() const;
  [[nodiscard]] Guesser guesser(std::string_view typed_username) const;

  // The browser is signed in with the answer, and known for the account from then on.
  void keep(const auth::NewSession& session);
  void forget_session();

  // --- from one page to the next --------------------------------------------
  // Something has been done, which the next page is to say once. In a cookie: a link to that
  // page must not be able to claim it.
  void leave_notice(std::string_view of);
  // Whether it has just been done in this browser; not a second time.
  [[nodiscard]] bool take_notice(std::string_view of);

  // --- answers --------------------------------------------------------------
  [[nodiscard]] Response page(const Page& page) const;
  [[nodiscard]] Response redirect(std::string_view location) const;

 private:
  [[nodiscard]] Response with_cookies(Response response) const;

  FrontDoor* door_;
  const Request* request_;
  std::string form_cookie_;
  std::vector<std::string> set_cookies_;
};

// What is said of a form that Visit::trusts() does not.
inline constexpr std::string_view stale_form_text =
    "This form was open for too long, or did not come from this page. Nothing was changed. Please send it "
    "again.";

}  // namespace chatserver::server
