#include "server/change_refused.hpp"

#include <fmt/format.h>

#include "model/channel.hpp"

namespace chatserver::server {

Response change_refused(cache::ChangeError error, std::string_view not_found) {
  using cache::ChangeError;
  switch (error) {
    case ChangeError::not_found:
      return problem(404, not_found);
    case ChangeError::name_taken:
      return problem(409, "another channel has this name");
    case ChangeError::last_channel:
      return problem(409, "the last channel cannot be deleted");
    case ChangeError::too_many_channels:
      return problem(409, fmt::format("there may be {} channels at most", channels_max));
    case ChangeError::last_admin:
      return problem(409, "this is the last administrator: nobody could take the ban back");
    case ChangeError::unavailable:
      break;
  }
  return problem_retry(503, "the database cannot take it just now");
}

}  // namespace chatserver::server
