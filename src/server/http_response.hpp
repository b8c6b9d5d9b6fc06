#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

namespace chatserver::server {

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
};

// RFC 9457: what went wrong, as application/problem+json.
[[nodiscard]] Response problem(int status, std::string_view detail);
// With further members, as section 3.2 allows.
[[nodiscard]] Response problem(int status, std::string_view detail, boost::json::object more);

// The 404 of a path that no route has.
[[nodiscard]] Response nothing_there();

// When it is worth asking again, where nothing better is known.
inline constexpr int retry_after_seconds = 2;
// The same as problem() for 429 and 503, with Retry-After.
[[nodiscard]] Response problem_retry(int status, std::string_view detail,
                                     int after_seconds = retry_after_seconds);
// The 401 of RFC 6750 §3.
[[nodiscard]] Response invalid_token(std::string_view detail);

[[nodiscard]] std::string_view reason_phrase(int status);

enum class Body { send, omit };  // omitted in answers to HEAD
enum class Connection { keep_alive, close };

// As it is sent (RFC 9112).
[[nodiscard]] std::string to_text(const Response& response, Body body, Connection connection);

// The 101 that turns a connection into a WebSocket (RFC 6455 §4.2.2).
[[nodiscard]] std::string switching_protocols(std::string_view accept_key, std::string_view subprotocol);

}  // namespace chatserver::server
