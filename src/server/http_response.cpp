#include "server/http_response.hpp"

#include <boost/beast/http/status.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace chatserver::server {

std::string_view reason_phrase(int status) {
  const auto text = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {text.data(), text.size()};
}

Response problem(int status, std::string_view detail) {
  return problem(status, detail, {});
}

Response problem(int status, std::string_view detail, boost::json::object more) {
  boost::json::object body{{"type", "about:blank"},
                           {"title", boost::json::string_view(reason_phrase(status))},
                           {"status", status},
                           {"detail", boost::json::string_view(detail)}};
  body.insert(more.begin(), more.end());
  return {.status = status,
          .content_type = "application/problem+json",
          .body = boost::json::serialize(body),
          .headers = {}};
}

Response nothing_there() {
  return problem(404, "there is nothing at this path");
}

Response problem_retry(int status, std::string_view detail, int after_seconds) {
  Response response = problem(status, detail);
  response.headers.emplace_back("Retry-After", std::to_string(after_seconds));
  return response;
}

Response invalid_token(std::string_view detail) {
  Response response = problem(401, detail);
  response.headers.emplace_back("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  return response;
}

std::string to_text(const Response& response, Body body, Connection connection) {
  std::string text;
  text.reserve(256 + response.body.size());
  text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  text.append(reason_phrase(response.status)).append("\r\n");
  const auto header = [&](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  if (response.status != 204 && response.status != 304) {
    if (!response.content_type.empty()) header("Content-Type", response.content_type);
    header("Content-Length", std::to_string(response.body.size()));
  }
  header("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) header(name, value);
  header("Connection", connection == Connection::close ? "close" : "keep-alive");
  text.append("\r\n");
  if (body == Body::send) text.append(response.body);
  return text;
}

std::string switching_protocols(std::string_view accept_key, std::string_view subprotocol) {
  std::string text =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
      "Upgrade\r\nSec-WebSocket-Accept: ";
  text.append(accept_key).append("\r\n");
  if (!subprotocol.empty()) text.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
  return text.append("\r\n");
}

}  // namespace chatserver::server
