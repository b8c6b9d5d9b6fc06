#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace chatserver::protocol {

// A field of a client frame, as far as any frame could want it.
struct Field {
  enum class Kind : std::uint8_t { absent, text, texts, other };

  Kind kind = Kind::absent;
  std::string text;                // of a string
  std::vector<std::string> texts;  // of an array of strings
};

// The fields that some client frame has; all others are read over.
struct FrameFields {
  Field type;
  Field channel;
  Field channels;
  Field message;
  Field nonce;
  Field recipient_id;
  Field token;

  // Null when no frame has such a field.
  [[nodiscard]] Field* find(std::string_view name) noexcept;
};

enum class FieldsFault : std::uint8_t {
  not_json,  // by RFC 8259, or a key twice in an object, or a number beyond a double
  not_an_object,
  too_deep,  // objects and arrays within each other beyond json_depth_max
};

// Reads a client frame's JSON. Threading: pure.
[[nodiscard]] std::expected<FrameFields, FieldsFault> read_fields(std::string_view utf8);

}  // namespace chatserver::protocol
