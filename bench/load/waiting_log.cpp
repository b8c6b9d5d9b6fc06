#include "load/waiting_log.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

#include "cache/valkey/batch.hpp"
#include "cache/valkey/connection.hpp"
#include "cache/valkey/target.hpp"
#include "load/full_stack.hpp"
#include "load/interrupt.hpp"

namespace chatserver::bench {
namespace {

using cache::Submission;
using cache::valkey::Connection;

constexpr std::size_t batch = 500;
constexpr std::size_t users = 20'000;
constexpr CacheId no_ceiling{std::int64_t{1} << 52};

std::vector<Submission> submissions(std::size_t first, std::size_t count, bool nonces) {
  std::vector<Submission> made;
  for (std::size_t i = first; i < first + count; ++i) {
    made.push_back({.origin = {},
                    .author = user_number(i % users),
                    .to = ChannelId(1),
                    .text = text_number(i),
                    .nonce = nonces ? std::to_string(i) : ""});
  }
  return made;
}

void append(Connection& connection, const cache::valkey::AppendHead& head,
            const std::vector<Submission>& messages) {
  const auto reply = connection.call("append", "chat", cache::valkey::append_arguments(head, messages, {}));
  if (const auto* error = reply.error()) throw std::runtime_error("not accepted: " + error->text);
  for (const auto& answer : reply.array()) {
    if (answer.at(0).text() != "a") throw std::runtime_error("not accepted: " + answer.at(0).text());
  }
}

}  // namespace

void fill_log(const std::string& valkey_url, std::size_t messages, bool nonces) {
  Connection connection({.target = *cache::valkey::Target::parse(valkey_url),
                         .name = "fill",
                         .timeout = std::chrono::seconds(60),
                         .durable = false});
  cache::valkey::AppendHead head;
  head.node = "fill";
  head.generation = connection.run({"HGET", "chat:state", "generation"}).text();
  head.ceiling = {.messages = no_ceiling, .private_messages = no_ceiling};
  head.backlog_max = std::numeric_limits<std::int32_t>::max();
  for (std::size_t done = 0; done < messages; done += batch) {
    throw_if_interrupted();
    ++head.number;
    append(connection, head, submissions(done, std::min(batch, messages - done), nonces));
  }
}

}  // namespace chatserver::bench
