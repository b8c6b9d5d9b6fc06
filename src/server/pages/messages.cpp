#include "server/pages/controls.hpp"
#include "server/pages/pages.hpp"

namespace chatserver::server {
namespace {

constexpr int busy_retry_seconds = 5;

std::string counted(std::int64_t count, std::string_view unit) {
  return std::to_string(count).append(" ").append(unit).append(count == 1 ? "" : "s");
}

// Rounded up to what a person would say.
std::string in_words(std::chrono::seconds time) {
  using std::chrono::hours;
  using std::chrono::minutes;
  if (time < minutes{2}) return counted(time.count(), "second");
  if (time < hours{2}) return counted(std::chrono::ceil<minutes>(time).count(), "minute");
  return counted(std::chrono::ceil<hours>(time).count(), "hour");
}

}  // namespace

Page message_page(int status, std::string_view title, std::string_view text) {
  return {.status = status,
          .title = std::string(title),
          .content = html("<h1>{}</h1>\n<p class=\"lead\">{}</p>\n", title, text)};
}

Page bad_form_page(const FormError& error) {
  return message_page(error.status, "This form cannot be read", sentence(error.detail));
}

Page busy_page() {
  Page page =
      message_page(503, "Busy just now", "The server cannot answer this at the moment. Please try again.");
  page.retry_after_seconds = busy_retry_seconds;
  return page;
}

std::string wait_text(std::string_view what, std::chrono::seconds wait) {
  return std::string(what).append(" Please try again in ").append(in_words(wait)).append(".");
}

}  // namespace chatserver::server
