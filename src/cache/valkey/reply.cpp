#include "cache/valkey/reply.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <hiredis/hiredis.h>

#include "base/check.hpp"

namespace chatserver::cache::valkey {
namespace {

constexpr std::size_t array_reserved_max = 64;

[[noreturn]] void unexpected_shape(const char* wanted) {
  throw Garbled(std::string("the server answered with something else than ") + wanted);
}

// Where hiredis is to put what it has read: at the end of the array that is being filled, or apart.
// An array is complete before the one that it is in grows, so that its place holds for so long.
Reply* place(const redisReadTask* task) {
  if (task->parent == nullptr) return std::make_unique<Reply>().release();  // until freeObject or next()
  auto& array = std::get<Reply::Array>(static_cast<Reply*>(task->parent->obj)->value);
  return &array.emplace_back();
}

void* put_text(const redisReadTask* task, char* text, std::size_t length) {
  Reply* reply = place(task);
  std::string bytes(text, length);
  if (task->type == REDIS_REPLY_ERROR) {
    reply->value = ErrorReply{std::move(bytes)};
  } else {
    reply->value = std::move(bytes);
  }
  return reply;
}

// What a server says of the length of an array may be wrong: memory is for what has come.
void* put_array(const redisReadTask* task, std::size_t elements) {
  Reply* reply = place(task);
  reply->value.emplace<Reply::Array>().reserve(std::min(elements, array_reserved_max));
  return reply;
}

void* put_number(const redisReadTask* task, long long number) {
  Reply* reply = place(task);
  reply->value = std::int64_t{number};
  return reply;
}

// Without our own, hiredis would build a tree of its own, which takes longer to free than to read. A
// template, since versions differ in the kinds that they know; those of RESP3 alone are refused, as null.
template <class Functions>
Functions object_functions() {
  Functions functions{};
  functions.createString = put_text;
  functions.createArray = [](const redisReadTask* task, auto elements) {
    return put_array(task, static_cast<std::size_t>(elements));
  };
  functions.createInteger = put_number;
  functions.createNil = [](const redisReadTask* task) -> void* { return place(task); };
  functions.freeObject = [](void* object) { const std::unique_ptr<Reply> gone(static_cast<Reply*>(object)); };
  if constexpr (requires { functions.createDouble; })
    functions.createDouble = [](const redisReadTask*, double, char*, std::size_t) -> void* {
      return nullptr;
    };
  if constexpr (requires { functions.createBool; })
    functions.createBool = [](const redisReadTask*, int) -> void* { return nullptr; };
  return functions;
}

redisReader* new_reader() {
  static auto functions = object_functions<redisReplyObjectFunctions>();
  return redisReaderCreateWithFunctions(&functions);
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
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader{new_reader(), redisReaderFree};
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
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(object));
  return std::move(*reply);
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
