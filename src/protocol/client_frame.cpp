#include "protocol/client_frame.hpp"

#include <optional>
#include <utility>

#include "protocol/frame_fields.hpp"
#include "protocol/text.hpp"

namespace chatserver::protocol {
namespace {

bool has_nul(std::string_view text) {
  return text.contains('\0');
}

bool acceptable_nonce(const Field& nonce) {
  return nonce.kind == Field::Kind::text && nonce.text.size() <= nonce_bytes_max && !has_nul(nonce.text);
}

// Takes the fields a frame needs, one after the other, and remembers what was
// wrong with the first one that was.
class FieldTaker {
 public:
  FieldTaker(FrameFields& fields, const Options& options) : fields_(fields), options_(options) {}

  [[nodiscard]] std::string text(Field& field, std::string_view name) {
    expect(field, name, Field::Kind::text, " must be a string");
    return std::move(field.text);
  }

  [[nodiscard]] std::string message() {
    std::string message = text(fields_.message, "message");
    if (is_blank(message)) refuse(ErrorCode::bad_message, "message", " is empty");
    if (has_nul(message)) refuse(ErrorCode::bad_message, "message", " contains NUL");
    if (count_code_points(message) > options_.message_chars) {
      refuse(ErrorCode::bad_message, "message",
             " is longer than " + std::to_string(options_.message_chars) + " characters");
    }
    return message;
  }

  [[nodiscard]] std::string nonce() {
    if (fields_.nonce.kind == Field::Kind::absent) return {};
    std::string nonce = text(fields_.nonce, "nonce");
    if (nonce.size() > nonce_bytes_max) {
      refuse(ErrorCode::bad_request, "nonce",
             " is longer than " + std::to_string(nonce_bytes_max) + " bytes");
    }
    if (has_nul(nonce)) refuse(ErrorCode::bad_request, "nonce", " contains NUL");
    return nonce;
  }

  [[nodiscard]] std::vector<std::string> channels() {
    expect(fields_.channels, "channels", Field::Kind::texts, " must be an array of strings");
    if (fields_.channels.texts.size() > subscribe_channels_max) {
      refuse(ErrorCode::bad_request, "channels",
             " has more than " + std::to_string(subscribe_channels_max) + " names");
    }
    return std::move(fields_.channels.texts);
  }

  void refuse(ErrorCode code, std::string_view field, std::string_view what) {
    if (!fault_) fault_ = BadFrame{code, std::string(field).append(what), {}};
  }

  // `frame`, unless a field was wrong.
  [[nodiscard]] std::expected<ClientFrame, BadFrame> finish(ClientFrame frame) {
    if (fault_) return std::unexpected(std::move(*fault_));
    return frame;
  }

 private:
  void expect(const Field& field, std::string_view name, Field::Kind kind, std::string_view otherwise) {
    if (field.kind == Field::Kind::absent) refuse(ErrorCode::bad_request, name, " is missing");
    if (field.kind != kind) refuse(ErrorCode::bad_request, name, otherwise);
  }

  FrameFields& fields_;
  const Options& options_;
  std::optional<BadFrame> fault_;
};

// Fields are taken in the order in which their faults are reported: shape first, then content.
std::expected<ClientFrame, BadFrame> parse_fields(FrameFields& fields, const Options& options) {
  FieldTaker take(fields, options);
  if (fields.type.kind == Field::Kind::absent)
    return std::unexpected(BadFrame{ErrorCode::unknown_type, "type is missing", {}});
  const std::string type = take.text(fields.type, "type");
  if (type == "chat_message") {
    SendChat frame;
    frame.channel = take.text(fields.channel, "channel");
    frame.nonce = take.nonce();
    frame.message = take.message();
    return take.finish(std::move(frame));
  }
  if (type == "private_chat_message") {
    SendPrivate frame;
    frame.recipient = UserId(take.text(fields.recipient_id, "recipient_id"));
    frame.nonce = take.nonce();
    frame.message = take.message();
    return take.finish(std::move(frame));
  }
  if (type == "authenticate") return take.finish(Authenticate{take.text(fields.token, "token")});
  if (type == "subscribe") return take.finish(Subscribe{take.channels()});
  take.refuse(ErrorCode::unknown_type, "type", " is not known");
  return take.finish({});
}

BadFrame describe(FieldsFault fault) {
  switch (fault) {
    case FieldsFault::not_json:
      return {ErrorCode::bad_json, "frame is not valid JSON", {}};
    case FieldsFault::not_an_object:
      return {ErrorCode::bad_request, "frame is not an object", {}};
    case FieldsFault::too_deep:
      return {ErrorCode::bad_request, "frame is nested too deeply", {}};
  }
  return {};
}

}  // namespace

std::expected<ClientFrame, BadFrame> parse_client_frame(std::string_view utf8, const Options& options) {
  std::expected<FrameFields, FieldsFault> fields = read_fields(utf8);
  if (!fields) return std::unexpected(describe(fields.error()));

  const std::string nonce = acceptable_nonce(fields->nonce) ? fields->nonce.text : std::string();
  std::expected<ClientFrame, BadFrame> frame = parse_fields(*fields, options);
  if (!frame) frame.error().nonce = nonce;
  return frame;
}

}  // namespace chatserver::protocol
