#include "protocol/server_frame.hpp"

#include "protocol/json_text.hpp"
#include "protocol/timestamp.hpp"

namespace chatserver::protocol {
namespace {

constexpr std::string_view server_name = "Server";

// Both take the key with everything around it: `{"id":` or `,"id":`.
void append_field(std::string& out, std::string_view key, std::string_view text) {
  out += key;
  append_json_string(out, text);
}
void append_field(std::string& out, std::string_view key, std::int64_t number) {
  out += key;
  out += std::to_string(number);
}

// `append_item(out, item)` for each, with commas between.
template <class Items, class AppendItem>
void append_list(std::string& out, const Items& items, AppendItem append_item) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    append_item(out, item);
  }
  out += ']';
}

// The envelope up to the payload, which the caller appends with one `}` more.
std::string open_frame(std::string_view type, std::string_view sender = server_name) {
  std::string out;
  out.reserve(512);
  append_field(out, R"({"type":)", type);
  append_field(out, R"(,"sender":)", sender);
  out += R"(,"payload":)";
  return out;
}

void append_nonce(std::string& out, std::string_view nonce, Nonce wanted) {
  if (wanted == Nonce::include && !nonce.empty()) append_field(out, R"(,"nonce":)", nonce);
}

// All but the id and the nonce.
void append_content(std::string& out, const Message& message) {
  append_field(out, R"(,"owner_id":)", message.author.id.value());
  append_field(out, R"(,"username":)", message.author.username);
  append_field(out, R"(,"channel":)", message.channel);
  append_field(out, R"(,"message":)", message.text);
  append_field(out, R"(,"authored_at":)", rfc3339(message.authored_at));
}

void append_object(std::string& out, const Message& message, Nonce nonce) {
  append_field(out, R"({"cacheID":)", message.cache_id.value());
  append_content(out, message);
  append_nonce(out, message.nonce, nonce);
  out += '}';
}

void append_hit(std::string& out, const Message& message) {
  append_field(out, R"({"id":)", message.cache_id.value());
  append_content(out, message);
  out += '}';
}

void append_object(std::string& out, const PrivateMessage& message, Nonce nonce) {
  append_field(out, R"({"cacheID":)", message.cache_id.value());
  append_field(out, R"(,"owner_id":)", message.author.id.value());
  append_field(out, R"(,"username":)", message.author.username);
  append_field(out, R"(,"recipient_id":)", message.recipient.id.value());
  append_field(out, R"(,"recipient":)", message.recipient.username);
  append_field(out, R"(,"message":)", message.text);
  append_field(out, R"(,"authored_at":)", rfc3339(message.authored_at));
  append_nonce(out, message.nonce, nonce);
  out += '}';
}

void append_user(std::string& out, const User& user, Status status) {
  append_field(out, R"({"username":)", user.username);
  append_field(out, R"(,"id":)", user.id.value());
  out += status == Status::online ? R"(,"status":true})" : R"(,"status":false})";
}

void append_channel(std::string& out, const Channel& channel) {
  append_field(out, R"({"id":)", channel.id.value());
  append_field(out, R"(,"name":)", channel.name);
  if (channel.description) append_field(out, R"(,"description":)", *channel.description);
  append_field(out, R"(,"sort_order":)", channel.sort_order);
  out += '}';
}

std::string bulk(std::string_view head, std::span<const std::string> objects, BulkOptions options) {
  std::string out(head);
  bool first = true;
  for (const std::string& object : objects) {
    if (!first) out += ',';
    first = false;
    out += object;
  }
  out += bulk_tail(options);
  return out;
}

}  // namespace

std::string chat_message(const Message& message) {
  std::string out = open_frame("chat_message", message.author.username);
  append_object(out, message, Nonce::include);
  out += '}';
  return out;
}

std::string private_chat_message(const PrivateMessage& message) {
  std::string out = open_frame("private_chat_message", message.author.username);
  append_object(out, message, Nonce::include);
  out += '}';
  return out;
}

std::string message_object(const Message& message, Nonce nonce) {
  std::string out;
  append_object(out, message, nonce);
  return out;
}

std::string private_message_object(const PrivateMessage& message, Nonce nonce) {
  std::string out;
  append_object(out, message, nonce);
  return out;
}

std::string bulk_chat_messages(std::span<const std::string> objects, BulkOptions options) {
  return bulk(bulk_chat_head(), objects, options);
}

std::string bulk_private_messages(std::span<const std::string> objects, BulkOptions options) {
  return bulk(bulk_private_head(), objects, options);
}

std::string_view bulk_chat_head() {
  return R"({"type":"bulk_chat_messages","sender":"Server","payload":{"messages":[)";
}

std::string_view bulk_private_head() {
  return R"({"type":"bulk_private_messages","sender":"Server","payload":{"messages":[)";
}

std::string_view bulk_tail(BulkOptions options) {
  if (options.truncated && options.reset) return R"(],"truncated":true,"reset":true}})";
  if (options.truncated) return R"(],"truncated":true}})";
  if (options.reset) return R"(],"reset":true}})";
  return "]}}";
}

std::string message_deleted(std::optional<std::string_view> channel, std::span<const CacheId> ids) {
  std::string out = open_frame("message_deleted");
  out += '{';
  if (channel) {
    append_field(out, R"("channel":)", *channel);
    out += ',';
  }
  out += R"("cacheIDs":)";
  append_list(out, ids, [](std::string& to, CacheId id) { to += std::to_string(id.value()); });
  out += "}}";
  return out;
}

std::string active_channels(std::span<const Channel> channels) {
  std::string out = open_frame("active_channels");
  out += R"({"channels":)";
  append_list(out, channels, append_channel);
  out += "}}";
  return out;
}

std::string subscribed(std::span<const std::string> channel_names) {
  std::string out = open_frame("subscribed");
  out += R"({"channels":)";
  append_list(out, channel_names, append_json_string);
  out += "}}";
  return out;
}

std::string user_status(const User& user, Status status) {
  std::string out = open_frame("user_status");
  append_user(out, user, status);
  out += '}';
  return out;
}

std::string user_object(const User& user) {
  std::string out;
  append_user(out, user, Status::online);
  return out;
}

std::string_view connected_users_head() {
  return R"({"type":"connected_users","sender":"Server","payload":{"users":[)";
}

std::string connected_users_tail(std::optional<std::size_t> total) {
  return total ? R"(],"total":)" + std::to_string(*total) + "}}" : "]}}";
}

std::string error(ErrorCode code, std::string_view message, std::string_view nonce,
                  std::optional<std::chrono::milliseconds> retry_after) {
  std::string out = open_frame("error");
  append_field(out, R"({"code":)", name(code));
  append_field(out, R"(,"message":)", message);
  append_nonce(out, nonce, Nonce::include);
  if (retry_after) append_field(out, R"(,"retry_after_ms":)", retry_after->count());
  out += "}}";
  return out;
}

std::string message_search_result(const SearchResult& result) {
  std::string out = open_frame("message_search_result", "server");
  out += R"({"messages":)";
  append_list(out, result.messages, append_hit);
  out += result.has_more ? R"(,"has_more":true}})" : R"(,"has_more":false}})";
  return out;
}

std::string message_count_by_channel(std::span<const ChannelCount> channels) {
  std::string out = open_frame("message_count_by_channel");
  out += R"({"channels":)";
  append_list(out, channels, [](std::string& to, const ChannelCount& count) {
    append_field(to, R"({"channel":)", count.channel);
    append_field(to, R"(,"message_count":)", count.message_count);
    to += '}';
  });
  out += "}}";
  return out;
}

std::string session_activity(std::span<const SessionDay> days) {
  std::string out = open_frame("session_activity");
  out += R"({"session_activity":)";
  append_list(out, days, [](std::string& to, const SessionDay& day) {
    append_field(to, R"({"session_date":)", date(day.date));
    append_field(to, R"(,"session_count":)", day.session_count);
    append_field(to, R"(,"total_duration":)", duration(day.total_duration));
    to += '}';
  });
  out += "}}";
  return out;
}

}  // namespace chatserver::protocol
