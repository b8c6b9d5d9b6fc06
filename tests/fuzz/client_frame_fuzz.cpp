// What a client sends as text: parsed, or refused with a message that repeats nothing of it.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "base/check.hpp"
#include "protocol/client_frame.hpp"
#include "protocol/server_frame.hpp"
#include "protocol/text.hpp"

namespace {

using namespace chatserver;
using namespace chatserver::protocol;

void check_message(std::string_view message, std::string_view nonce, const Options& options) {
  check(!is_blank(message), "a message says something");
  check(!message.contains('\0'), "a message has no NUL");
  check(count_code_points(message) <= options.message_chars, "a message is within the limit");
  check(nonce.size() <= nonce_bytes_max, "a nonce is within the limit");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Options options;
  static_cast<void>(acceptable_username(text));

  const auto frame = parse_client_frame(text, options);
  if (!frame) {
    check(frame.error().message.size() < 64, "an error message is one of a few");
    check(frame.error().nonce.size() <= nonce_bytes_max, "a nonce is within the limit");
    return 0;
  }
  if (const auto* chat = std::get_if<SendChat>(&*frame)) {
    check_message(chat->message, chat->nonce, options);
    const Message message{CacheId(1), {UserId("u"), "u"}, ChannelId(1), chat->channel, chat->message,
                          {},         chat->nonce};
    // The encoded frame lacks what a client would send at its top, but it is JSON.
    const auto again = parse_client_frame(chat_message(message), options);
    check(again || again.error().code != ErrorCode::bad_json, "an encoded frame is JSON");
  }
  if (const auto* secret = std::get_if<SendPrivate>(&*frame))
    check_message(secret->message, secret->nonce, options);
  if (const auto* subscribe = std::get_if<Subscribe>(&*frame))
    check(subscribe->channels.size() <= subscribe_channels_max, "a subscription is within the limit");
  return 0;
}
