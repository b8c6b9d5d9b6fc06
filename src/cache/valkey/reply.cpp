#include "cache/valkey/reply.hpp"

#include <charconv>
#include <utility>

#include <hiredis/hiredis.h>

#include "base/check.hpp"

namespace chatserver::cache::valkey {
namespace {

[[noreturn]] void unexpected_shape(const char* wanted) {
  throw Garbled(std::string("the server answered with something else than ") + wanted);
}

Reply converted(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      return {std::string(reply.str, reply.len)};
    case REDIS_REPLY_ERROR:
      return {ErrorReply{std::string(reply.str, reply.len)}};
    case REDIS_REPLY_INTEGER:
      return {std::int64_t{reply.integer}};
    case REDIS_REPLY_ARRAY: {
      Reply::Array array;
      array.reserve(reply.elements);
      for (std::size_t i = 0; i < reply.elements; ++i) array.push_back(converted(*reply.element[i]));
      return {std::move(array)};
    }
    default:
      return {};
  }
}

}  // namespace

const std::string& Reply::text() const {
  const auto* found = std::get_if<std::string>(&value);
  if (found == nullptr) unexpected_shape("a text");
  return *found;
}

std::int64_t Reply::integer() const {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* digits = std::get_if<std::string>(&value);
  std::int64_t number = 0;
  if (digits == nullptr) unexpected_shape("a number");
  const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), number);
  if (error != std::errc{} || end != digits->data() + digits->size()) unexpected_shape("a number");
  return number;
}

const Reply::Array& Reply::array() const {
  const auto* found = std::get_if<Array>(&value);
  if (found == nullptr) unexpected_shape("an array");
  return *found;
}

const Reply& Reply::at(std::size_t index) const {
  if (index >= array().size()) unexpected_shape("an array of that length");
  return array()[index];
}

struct ReplyReader::Impl {
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader{redisReaderCreate(), redisReaderFree};
  std::size_t unread_bytes_max;
};

ReplyReader::ReplyReader(std::size_t unread_bytes_max)
    : impl_(std::make_unique<Impl>(Impl{.unread_bytes_max = unread_bytes_max})) {
  check(impl_->reader != nullptr, "a reader needs a few bytes of memory");
}

ReplyReader::~ReplyReader() = default;

void ReplyReader::feed(std::string_view bytes) {
  redisReader& reader = *impl_->reader;
  if (reader.len - reader.pos + bytes.size() > impl_->unread_bytes_max)
    throw Garbled("an answer of the server is too long");
  if (redisReaderFeed(&reader, bytes.data(), bytes.size()) != REDIS_OK) throw Garbled(reader.errstr);
}

std::optional<Reply> ReplyReader::next() {
  void* object = nullptr;
  if (redisReaderGetReply(impl_->reader.get(), &object) != REDIS_OK) throw Garbled(impl_->reader->errstr);
  if (object == nullptr) return std::nullopt;
  const std::unique_ptr<redisReply, void (*)(void*)> reply(static_cast<redisReply*>(object), freeReplyObject);
  return converted(*reply);
}

void append_formatted(std::string& out, const Command& command) {
  std::vector<const char*> arguments;
  std::vector<std::size_t> lengths;
  arguments.reserve(command.size());
  lengths.reserve(command.size());
  for (const std::string& argument : command) {
    arguments.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  char* formatted = nullptr;
  const int length = redisFormatCommandArgv(&formatted, static_cast<int>(arguments.size()), arguments.data(),
                                            lengths.data());
  check(length > 0, "a command is not empty and fits in memory");
  out.append(formatted, static_cast<std::size_t>(length));
  redisFreeCommand(formatted);
}

}  // namespace chatserver::cache::valkey
