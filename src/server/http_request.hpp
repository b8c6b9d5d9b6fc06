#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/address.hpp"

namespace chatserver::server {

// A whole HTTP request, checked and taken apart.
struct Request {
  std::string method;
  std::string path;                                              // percent-decoded
  std::vector<std::pair<std::string, std::string>> query;        // decoded, in order
  std::multimap<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
  bool keep_alive = false;
  Address peer;    // who is connected
  Address client;  // resolved through trusted proxies

  // The first value of the field, or nothing.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view lower_case_name) const;
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
  [[nodiscard]] std::size_t query_count(std::string_view name) const;
  // Whether a comma-separated header field has the token, compared without case.
  [[nodiscard]] bool header_has_token(std::string_view lower_case_name, std::string_view token) const;
};

struct RequestError {
  int status = 400;  // 400, 413, 431, 501, 505
  std::string detail;
};

// How many bytes of a body a request with this method and path may have.
using BodyLimit = std::function<std::size_t(std::string_view method, std::string_view path)>;

// Reads requests out of the bytes of one connection. Stricter than the HTTP
// library it is built on where two readers of the same bytes might disagree
// (RFC 9112 §11.2): no folded lines, no second Host or Content-Length, no
// Transfer-Encoding but a single `chunked`.
//
// Threading: one thread. Limits: the head's bytes, and the body's, which are asked for once the head is
// whole.
class RequestReader {
 public:
  RequestReader(std::size_t head_bytes_max, BodyLimit body_limit)
      : head_bytes_max_(head_bytes_max), body_limit_(std::move(body_limit)) {}

  void append(std::string_view bytes) { buffer_.append(bytes); }

  // The next request; nothing while it is incomplete. After an error the
  // connection is to be closed.
  [[nodiscard]] std::expected<std::optional<Request>, RequestError> next();

  // The Origin of the request that is being read, or that was refused, once its line is whole. Valid until
  // the next append() or next().
  [[nodiscard]] std::optional<std::string_view> origin() const;

  // Whether a request has begun and not ended.
  [[nodiscard]] bool partial() const noexcept { return !buffer_.empty(); }
  // Bytes behind the last request.
  [[nodiscard]] const std::string& rest() const noexcept { return buffer_; }

 private:
  const std::size_t head_bytes_max_;
  const BodyLimit body_limit_;
  std::string buffer_;
};

// Decodes %XX (and + as space when `form`); nothing when malformed or not UTF-8.
enum class Decoding { path, form };
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, Decoding decoding);

}  // namespace chatserver::server
