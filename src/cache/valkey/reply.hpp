#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chatserver::cache::valkey {

// What the server refuses a command with: "READONLY You can't write against …".
struct ErrorReply {
  std::string text;

  // Its first word, which says what kind it is.
  [[nodiscard]] std::string_view kind() const { return std::string_view(text).substr(0, text.find(' ')); }
};

// One answer of the server. Threading: one thread.
struct Reply {
  using Array = std::vector<Reply>;
  std::variant<std::monostate, std::int64_t, std::string, ErrorReply, Array> value;

  [[nodiscard]] bool is_nil() const { return std::holds_alternative<std::monostate>(value); }
  [[nodiscard]] const ErrorReply* error() const { return std::get_if<ErrorReply>(&value); }
  // The shape that the caller expects; throws Garbled where the answer has another.
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] std::int64_t integer() const;  // also of a text that is one
  [[nodiscard]] const Array& array() const;
  [[nodiscard]] const Reply& at(std::size_t index) const;
};

// The server does not speak RESP, or answers with what was not asked for.
class Garbled : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Puts answers together from bytes as they arrive, with hiredis' reader.
//
// Threading: one thread. Errors: throws Garbled for what is not RESP2.
// Limits: `unread_bytes_max` bytes of an answer that is not complete yet, and hiredis' nesting of 7.
class ReplyReader {
 public:
  explicit ReplyReader(std::size_t unread_bytes_max);
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  void feed(std::string_view bytes);
  // The next answer, once all of it has arrived.
  [[nodiscard]] std::optional<Reply> next();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A command and its arguments, any bytes.
using Command = std::vector<std::string>;

// As it goes to the server.
void append_formatted(std::string& out, const Command& command);

}  // namespace chatserver::cache::valkey
