#include "cache/valkey/log_state.hpp"

#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

std::string text_or_empty(const Reply& reply) {
  return reply.is_nil() ? std::string{} : reply.text();
}
std::int64_t number_or_zero(const Reply& reply) {
  return reply.is_nil() ? 0 : reply.integer();
}
CacheId id_or_zero(const Reply& reply) {
  return CacheId(number_or_zero(reply));
}
EntryId entry_or_first(const Reply& reply) {
  if (reply.is_nil()) return {};
  const auto id = EntryId::parse(reply.text());
  if (!id) throw Garbled("the state of the log names no entry");
  return *id;
}

}  // namespace

Command LogState::question(const std::string& prefix) {
  return {
      "HMGET",   prefix + ":state", "generation",   "server",          "format",         "last",
      "flushed", "trimmed",         "public",       "private",         "public_ceiling", "private_ceiling",
      "limit",   "window",          "nonces_since", "restoring_until", "added",          "settled"};
}

LogState LogState::from(const Reply& reply) {
  checked(reply);
  return {.generation = text_or_empty(reply.at(0)),
          .server = text_or_empty(reply.at(1)),
          .format = text_or_empty(reply.at(2)),
          .last = entry_or_first(reply.at(3)),
          .flushed = entry_or_first(reply.at(4)),
          .trimmed = entry_or_first(reply.at(5)),
          .marks = {.messages = id_or_zero(reply.at(6)), .private_messages = id_or_zero(reply.at(7))},
          .ceiling = {.messages = id_or_zero(reply.at(8)), .private_messages = id_or_zero(reply.at(9))},
          .limit = {.messages = number_or_zero(reply.at(10)),
                    .window = std::chrono::seconds(number_or_zero(reply.at(11)) / 1'000'000)},
          .nonces_since = Timestamp(std::chrono::microseconds(number_or_zero(reply.at(12)))),
          .restoring = !reply.at(13).is_nil(),
          .backlog = number_or_zero(reply.at(14)) - number_or_zero(reply.at(15))};
}

bool is_gap(EntryId last, EntryId previous, EntryId trimmed) {
  return previous != last && last < trimmed;
}

}  // namespace chatserver::cache::valkey
