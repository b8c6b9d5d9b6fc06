#include "base/log_line.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <variant>

#include <fmt/format.h>

namespace chatserver {
namespace {

struct CodePoint {
  char32_t value = 0xFFFD;  // U+FFFD stands for a byte that is no UTF-8
  std::size_t bytes = 1;
  bool valid = false;
};

// The first code point of `text`, which is not empty. RFC 3629, section 4:
// overlong forms and surrogates are invalid.
CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};

  char32_t value = lead & (0x7FU >> bytes);
  for (const char c : text.substr(1, bytes - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80) return {};
    value = value << 6U | (byte & 0x3FU);
  }
  constexpr char32_t smallest[] = {0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest[bytes - 2] || value > 0x10FFFF || surrogate) return {};
  return {value, bytes, true};
}

// What a terminal or a log reader would act on instead of showing it.
bool is_control(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  return c < 0x20 || within(0x7F, 0x9F) || within(0x200E, 0x200F) || within(0x2028, 0x202E) ||
         within(0x2066, 0x2069);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (!c.valid) {
      out += "\xEF\xBF\xBD";
    } else if (c.value == '\n') {
      out += "\\n";
    } else if (is_control(c.value)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(c.value));
    } else {
      if (c.value == '"' || c.value == '\\') out += '\\';
      out += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  out += '"';
}

// Of a text line: the value can stand as it is, and cannot be taken for anything else.
bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
  });
}

enum class Quoting { always, where_needed };

void append_value(std::string& out, const LogField& field, Quoting quoting) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (quoting == Quoting::where_needed && is_plain(*text)) {
      out += *text;
    } else {
      append_quoted(out, *text);
    }
  } else if (const auto* number = std::get_if<double>(&field.value)) {
    out += std::isfinite(*number) ? fmt::format("{}", *number) : "null";
  } else if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
    fmt::format_to(std::back_inserter(out), "{}", *integer);
  } else {
    out += std::get<bool>(field.value) ? "true" : "false";
  }
}

}  // namespace

std::string text_line(std::string_view event, std::initializer_list<LogField> fields) {
  std::string out(event);
  for (const LogField& field : fields) {
    out += ' ';
    out += field.name;
    out += '=';
    append_value(out, field, Quoting::where_needed);
  }
  return out;
}

std::string json_members(std::string_view event, std::initializer_list<LogField> fields) {
  std::string out = "\"event\":";
  append_quoted(out, event);
  for (const LogField& field : fields) {
    out += ',';
    append_quoted(out, field.name);
    out += ':';
    append_value(out, field, Quoting::always);
  }
  return out;
}

}  // namespace chatserver
