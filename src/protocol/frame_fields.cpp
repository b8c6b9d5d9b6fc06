#include "protocol/frame_fields.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>

#include "protocol/options.hpp"

namespace chatserver::protocol {
namespace {

namespace json = boost::json;

// Takes the parser's events. Boost.JSON itself lets the last of two equal keys
// win and reads 1e400 as infinity; here both end the parse.
class FieldsHandler {
 public:
  // Bounds that the parser wants to know; the length of the text is bound enough.
  static constexpr std::size_t max_object_size = -1;
  static constexpr std::size_t max_array_size = -1;
  static constexpr std::size_t max_key_size = -1;
  static constexpr std::size_t max_string_size = -1;

  [[nodiscard]] FrameFields& fields() { return fields_; }
  [[nodiscard]] bool is_object() const { return is_object_; }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) {
    if (depth_ == 0) is_object_ = true;
    enter(Field::Kind::other);
    keys_of_open_objects_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code& ec) {
    --depth_;
    std::vector<std::string> keys = std::move(keys_of_open_objects_.back());
    keys_of_open_objects_.pop_back();
    std::ranges::sort(keys);
    if (std::ranges::adjacent_find(keys) == keys.end()) return true;
    ec = json::error::syntax;
    return false;
  }
  bool on_array_begin(json::error_code&) {
    enter(Field::Kind::texts);
    return true;
  }
  bool on_array_end(std::size_t, json::error_code&) {
    --depth_;
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    append(part);
    if (depth_ == 1) field_ = fields_.find(text_);
    keys_of_open_objects_.back().push_back(std::exchange(text_, {}));
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    append(part);
    std::string text = std::exchange(text_, {});
    if (field_ == nullptr) return true;
    if (depth_ == 1) {
      field_->kind = Field::Kind::text;
      field_->text = std::move(text);
    } else if (depth_ == 2 && field_->kind == Field::Kind::texts) {
      field_->texts.push_back(std::move(text));
    }
    return true;
  }

  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return not_text(); }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return not_text(); }
  bool on_double(double value, json::string_view, json::error_code& ec) {
    if (std::isfinite(value)) return not_text();
    ec = json::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool, json::error_code&) { return not_text(); }
  bool on_null(json::error_code&) { return not_text(); }

  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  bool append(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  // An array or object begins, which makes a field of `kind`; inside a list it spoils the list.
  void enter(Field::Kind kind) {
    if (field_ != nullptr && depth_ == 1) field_->kind = kind;
    if (field_ != nullptr && depth_ == 2) field_->kind = Field::Kind::other;
    ++depth_;
  }

  bool not_text() {
    if (field_ != nullptr && depth_ <= 2) field_->kind = Field::Kind::other;
    return true;
  }

  FrameFields fields_;
  Field* field_ = nullptr;  // the outermost object's, in whose value we are
  std::string text_;        // of the key or string being read
  std::vector<std::vector<std::string>> keys_of_open_objects_;
  int depth_ = 0;
  bool is_object_ = false;
};

}  // namespace

Field* FrameFields::find(std::string_view name) noexcept {
  if (name == "type") return &type;
  if (name == "channel") return &channel;
  if (name == "channels") return &channels;
  if (name == "message") return &message;
  if (name == "nonce") return &nonce;
  if (name == "recipient_id") return &recipient_id;
  if (name == "token") return &token;
  return nullptr;
}

std::expected<FrameFields, FieldsFault> read_fields(std::string_view utf8) {
  json::parse_options options;
  options.max_depth = json_depth_max;
  json::basic_parser<FieldsHandler> parser(options);
  json::error_code error;
  const std::size_t read = parser.write_some(false, utf8.data(), utf8.size(), error);
  if (error == json::error::too_deep) return std::unexpected(FieldsFault::too_deep);
  if (error || read != utf8.size()) return std::unexpected(FieldsFault::not_json);
  if (!parser.handler().is_object()) return std::unexpected(FieldsFault::not_an_object);
  return std::move(parser.handler().fields());
}

}  // namespace chatserver::protocol
