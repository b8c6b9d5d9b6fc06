#include "cache/valkey/restorer.hpp"

#include <algorithm>
#include <random>

#include "cache/valkey/storing.hpp"
#include "cache/valkey/trouble.hpp"
#include "store/change_text.hpp"

namespace chatserver::cache::valkey {
namespace {

// In which the other nodes notice the loss too and bring what they remember: they
// look at least once a second.
constexpr std::chrono::milliseconds others_may_restore{3000};
constexpr std::chrono::milliseconds look_again_every{100};
constexpr std::size_t entries_a_call = 500;

std::string number(std::int64_t value) {
  return std::to_string(value);
}
std::string number(Timestamp time) {
  return std::to_string(time.time_since_epoch().count());
}

// Never the same one twice, also when the data is that of an older day.
std::string new_generation(const std::string& node) {
  return node + "." + std::to_string(std::random_device{}());
}

}  // namespace

void Restorer::restore(const std::string& distrusted) {
  std::vector<Entry> remembered;
  EntryId last;
  {
    const MutexLock lock(shared_.memory);
    remembered = shared_.timeline.unflushed();
    last = shared_.timeline.last();
  }
  // Whatever becomes of the log. It also answers whether the database is there, without which
  // nothing can be loaded.
  keep_in_store(remembered);
  const bool first_ever = shared_.store.id_marks() == store::IdMarks{} && last == EntryId{};
  const std::int64_t wait_ms = first_ever ? 0 : others_may_restore.count();
  const std::vector<std::string> arguments{last.text(), number(wait_ms), distrusted};
  const Reply begun = connection_.call("begin_restore", shared_.options.prefix, arguments);
  const std::chrono::milliseconds left{checked(begun).integer()};
  if (left.count() < 0) return;
  if (!first_ever)
    shared_.health.note(Role::read, Trouble::restoring, "the data in Valkey is missing or older than known");
  put_back(remembered);
  stop_.wait_for(left);
  finish();
}

// One that the database does not take goes back into the log all the same, and is set aside from there.
void Restorer::keep_in_store(const std::vector<Entry>& remembered) {
  store_entries(shared_.store, shared_.reservation, remembered, [](const Entry&, const std::string&) {});
}

void Restorer::put_back(const std::vector<Entry>& remembered) {
  for (std::size_t at = 0; at < remembered.size(); at += entries_a_call) {
    std::vector<std::string> arguments;
    const std::size_t end = std::min(remembered.size(), at + entries_a_call);
    for (std::size_t i = at; i < end; ++i) {
      const Fields fields = encode(remembered[i]);
      arguments.push_back(remembered[i].id.text());
      arguments.push_back(std::to_string(fields.size()));
      arguments.insert(arguments.end(), fields.begin(), fields.end());
    }
    const Reply answer = connection_.call("restore", shared_.options.prefix, arguments);
    // Another node is done already: what is missing in the log is in the database.
    if (answer.error() != nullptr && answer.error()->kind() == "CHATGENERATION") return;
    checked(answer);
  }
}

void Restorer::finish() {
  const std::vector<std::string> arguments = world_of_store();
  while (!stop_.given()) {
    const Reply answer = connection_.call("finish_restore", shared_.options.prefix, arguments);
    if (!checked(answer).is_nil()) return;
    stop_.wait_for(look_again_every);
  }
}

// The arguments of finish_restore. Ids above the mark are reserved once it is known who was first: each of
// the others would raise the mark in turn, and go on above that.
std::vector<std::string> Restorer::world_of_store() {
  store::Store& store = shared_.store;
  const store::IdMarks marks = store.id_marks();
  const auto newest = store.messages_between(CacheId{0}, marks.messages, 1).messages;
  const Timestamp authored = newest.empty() ? Timestamp{} : newest.back().authored_at;
  const RateLimit limit = store.rate_limit();
  const std::vector<Channel> channels = store.channels();
  // Who never had a message has no nonce either.
  const Timestamp nonces_since =
      newest.empty() && marks == store::IdMarks{} ? Timestamp{} : shared_.about_now();

  std::vector<std::string> arguments{
      shared_.server_id,
      new_generation(shared_.node),
      number(marks.messages.value()),
      number(marks.private_messages.value()),
      number(authored),
      number(limit.messages),
      number(std::chrono::microseconds(limit.window).count()),
      number(nonces_since),
      store::to_text(RateLimitChanged{limit}),
      number(static_cast<std::int64_t>(channels.size())),
  };
  for (const Channel& channel : channels) {
    arguments.push_back(number(channel.id.value()));
    arguments.push_back(channel.name);
  }
  for (const Ban& ban : store.bans_in_force(shared_.about_now())) {
    arguments.push_back(number(ban.id.value()));
    arguments.push_back(ban.banished.value());
    arguments.push_back(ban.end ? number(*ban.end) : "0");
  }
  return arguments;
}

}  // namespace chatserver::cache::valkey
