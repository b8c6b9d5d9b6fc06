#include "server/http_request.hpp"

#include <algorithm>
#include <charconv>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/form.hpp"
#include "websocket/utf8_validator.hpp"

namespace chatserver::server {
namespace {

namespace http = boost::beast::http;

std::unexpected<RequestError> bad(std::string_view detail, int status = 400) {
  return std::unexpected(RequestError{.status = status, .detail = std::string(detail)});
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Those that are whole, without the request line.
std::vector<std::string_view> header_lines(std::string_view head) {
  std::vector<std::string_view> lines;
  std::size_t at = head.find("\r\n");
  while (at != std::string_view::npos) {
    at += 2;
    const std::size_t end = head.find("\r\n", at);
    if (end == at || end == std::string_view::npos) break;
    lines.push_back(head.substr(at, end - at));
    at = end;
  }
  return lines;
}

// What the library would accept and another reader might read differently.
std::expected<void, RequestError> check_lines(std::string_view head) {
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t encodings = 0;
  const bool http_1_0 = head.substr(0, head.find("\r\n")).ends_with(" HTTP/1.0");
  for (const std::string_view line : header_lines(head)) {
    if (line.front() == ' ' || line.front() == '\t') return bad("a header line is folded");
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return bad("a header line holds a control character");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return bad("a header line has no colon");
    const std::string name = lower(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    if (name == "host") {
      ++hosts;
      if (value.empty()) return bad("Host is empty");
    } else if (name == "content-length") {
      ++lengths;
      if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
        return bad("Content-Length is not a number");
      }
    } else if (name == "transfer-encoding") {
      ++encodings;
      if (lower(value) != "chunked") return bad("Transfer-Encoding is not chunked", 501);
    }
  }
  if (hosts > 1 || (hosts == 0 && !http_1_0)) return bad("there must be one Host");
  if (lengths > 1) return bad("there must be one Content-Length");
  if (encodings > 1 || (encodings == 1 && (lengths > 0 || http_1_0))) {
    return bad("Transfer-Encoding and Content-Length contradict each other");
  }
  return {};
}

std::expected<void, RequestError> take_target(std::string_view target, Request& request) {
  if (target.empty() || target.front() != '/') return bad("the target is not a path");
  const std::size_t mark = target.find('?');
  auto path = percent_decode(target.substr(0, mark), Decoding::path);
  if (!path) return bad("the path is not percent-encoded UTF-8");
  request.path = *std::move(path);
  if (mark == std::string_view::npos) return {};
  auto query = parse_form(target.substr(mark + 1));
  if (!query) return bad("the query is not percent-encoded UTF-8");
  request.query = *std::move(query);
  return {};
}

using Parser = http::request_parser<http::string_body>;

// Gives the parser the head, or, when it is eager, as much as there is.
std::expected<void, RequestError> feed(Parser& parser, std::string_view bytes, std::size_t& used) {
  boost::system::error_code error;
  while (!parser.is_done() && used < bytes.size()) {
    const std::size_t n = parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    used += n;
    if (error == http::error::need_more) break;
    if (error == http::error::bad_version) return bad("HTTP/1.0 and HTTP/1.1 are spoken here", 505);
    if (error) return bad("malformed request: " + error.message());
    if (n == 0 || (!parser.eager() && parser.is_header_done())) break;
  }
  return {};
}

std::unexpected<RequestError> too_large() {
  return bad("the body is too large", 413);
}

// What the body may have, once the head says that there is one.
std::expected<std::size_t, RequestError> body_bytes_max(const Parser& parser, const BodyLimit& limit) {
  const std::uint64_t length = parser.content_length().value_or(0);
  if (!parser.chunked() && length == 0) return 0;
  Request request;
  const auto target = parser.get().target();
  if (auto taken = take_target({target.data(), target.size()}, request); !taken) {
    return std::unexpected(taken.error());
  }
  const auto method = parser.get().method_string();
  const std::size_t most = limit({method.data(), method.size()}, request.path);
  if (length > most) return too_large();
  return most;
}

std::expected<Request, RequestError> take(http::request<http::string_body> message) {
  Request request;
  request.method = std::string(message.method_string());
  request.keep_alive = message.keep_alive();
  for (const auto& field : message) {
    const auto name = field.name_string();
    const auto value = field.value();
    request.headers.emplace(lower({name.data(), name.size()}), std::string(value.data(), value.size()));
  }
  const auto target = message.target();
  if (auto taken = take_target({target.data(), target.size()}, request); !taken) {
    return std::unexpected(taken.error());
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
  const auto it = headers.find(lower_case_name);
  return it == headers.end() ? std::nullopt : std::optional<std::string_view>(it->second);
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  const auto it = std::ranges::find(query, name, [](const auto& pair) { return pair.first; });
  return it == query.end() ? std::nullopt : std::optional<std::string_view>(it->second);
}

std::size_t Request::query_count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count(query, name, [](const auto& pair) { return std::string_view(pair.first); }));
}

bool Request::header_has_token(std::string_view lower_case_name, std::string_view token) const {
  const auto [begin, end] = headers.equal_range(lower_case_name);
  const std::string wanted = lower(token);
  for (auto it = begin; it != end; ++it) {
    std::string_view list = it->second;
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      if (lower(trim(list.substr(0, comma))) == wanted) return true;
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  return false;
}

std::optional<std::string_view> RequestReader::origin() const {
  for (const std::string_view line : header_lines(buffer_)) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && lower(line.substr(0, colon)) == "origin")
      return trim(line.substr(colon + 1));
  }
  return std::nullopt;
}

std::expected<std::optional<Request>, RequestError> RequestReader::next() {
  // RFC 9112 §2.2: an empty line before a request is ignored.
  while (buffer_.starts_with("\r\n")) buffer_.erase(0, 2);
  const std::size_t head_end = buffer_.find("\r\n\r\n");
  if (head_end == std::string::npos) {
    if (buffer_.size() > head_bytes_max_) return bad("the request's head is too large", 431);
    // Something that cannot become a request is not waited for.
    const unsigned char first = buffer_.empty() ? 'G' : static_cast<unsigned char>(buffer_.front());
    if (first < 'A' || first > 'z') return bad("not an HTTP request");
    const std::size_t line = buffer_.find("\r\n");
    if (line != std::string::npos && buffer_.substr(0, line).find(" HTTP/1.") == std::string::npos) {
      return bad("not an HTTP/1.1 request");
    }
    return std::nullopt;
  }
  if (head_end + 4 > head_bytes_max_) return bad("the request's head is too large", 431);
  if (auto checked = check_lines(std::string_view(buffer_).substr(0, head_end + 4)); !checked) {
    return std::unexpected(checked.error());
  }

  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(head_bytes_max_));
  parser.body_limit(boost::none);  // it is looked at below
  std::size_t used = 0;
  if (auto fed = feed(parser, buffer_, used); !fed) return std::unexpected(fed.error());
  const auto most = body_bytes_max(parser, body_limit_);
  if (!most) return std::unexpected(most.error());
  parser.eager(true);
  if (auto fed = feed(parser, buffer_, used); !fed) return std::unexpected(fed.error());
  if (parser.get().body().size() > *most) return too_large();
  if (!parser.is_done()) {
    // Chunk headers, whose extensions know no end, may take as much as the body.
    if (buffer_.size() > head_bytes_max_ + 2 * *most) return too_large();
    return std::nullopt;
  }
  auto request = take(parser.release());
  if (!request) return std::unexpected(request.error());
  buffer_.erase(0, used);
  return std::optional(*std::move(request));
}

std::optional<std::string> percent_decode(std::string_view text, Decoding decoding) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && decoding == Decoding::form) {
      out += ' ';
    } else if (text[i] == '%') {
      unsigned value = 0;
      if (i + 2 >= text.size()) return std::nullopt;
      const char* begin = text.data() + i + 1;
      const auto [end, error] = std::from_chars(begin, begin + 2, value, 16);
      if (error != std::errc{} || end != begin + 2) return std::nullopt;
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  if (!websocket::valid_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace chatserver::server
