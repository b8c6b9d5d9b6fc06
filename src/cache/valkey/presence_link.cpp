#include "cache/valkey/presence_link.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cache/valkey/library.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

// More wait for the next call: presence.lua takes no more than a few thousand at once, and
// messages are not to wait behind it.
constexpr std::size_t changes_a_call = 1000;
constexpr std::size_t entries_a_read = 100;

}  // namespace

PresenceLink::PresenceLink(const ValkeyPresenceOptions& options, const Target& target, std::string node,
                           OwnUsers& own, OtherNodes& others)
    : prefix_(options.cache.prefix),
      server_id_(options.server_id),
      node_(std::move(node)),
      lease_(options.lease),
      // A call that takes longer would cost the lease. Nothing that is kept here must outlive the server.
      connection_({.target = target,
                   .name = options.cache.prefix + ":presence",
                   .timeout = std::min(options.cache.timeout, options.lease / 2),
                   .durable = false,
                   .functions = presence_library()}),
      own_(own),
      others_(others) {}

void PresenceLink::look() {
  say();
  hear();
  others_.forget_doubted(std::chrono::steady_clock::now() - lease_);
}

void PresenceLink::lose_others() {
  others_.forget_all();
  heard_.reset();
}

void PresenceLink::farewell(std::chrono::milliseconds lease) {
  lease_ = std::min(lease, lease_);
  (void)call("", {});
}

void PresenceLink::say() {
  std::optional<EntryId> last;
  if (said_everything_) {
    std::vector<UserPresence> changes = own_.take_changes(changes_a_call);
    last = call("", changes);
    while (last && changes.size() == changes_a_call) {
      changes = own_.take_changes(changes_a_call);
      last = call("", changes);
    }
  }
  if (!last) last = say_everything();
  if (!last) throw Lost(Trouble::restoring, "what was just said is gone");
  last_ = *last;
}

std::optional<EntryId> PresenceLink::say_everything() {
  const std::vector<UserPresence> all = own_.take_all();
  std::optional<EntryId> last;
  std::size_t at = 0;
  do {
    const std::size_t end = std::min(all.size(), at + changes_a_call);
    const std::vector<UserPresence> some(all.begin() + static_cast<std::ptrdiff_t>(at),
                                         all.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string kind = std::string(at == 0 ? "b" : "") + (end == all.size() ? "e" : "");
    last = call(kind.c_str(), some);
    at = end;
  } while (last && at < all.size());
  said_everything_ = last.has_value();
  return last;
}

std::optional<EntryId> PresenceLink::call(const char* kind, const std::vector<UserPresence>& changes) {
  const bool changes_something = *kind != '\0' || !changes.empty();
  const std::uint64_t before = calls_;
  if (changes_something) ++calls_;
  std::vector<std::string> arguments{
      server_id_, node_, std::to_string(lease_.count()), std::to_string(before), std::to_string(calls_),
      kind};
  for (const UserPresence& change : changes) {
    arguments.emplace_back(change.present ? "+" : "-");
    arguments.push_back(change.user.id.value());
    arguments.push_back(change.user.username);
  }
  // Should the answer get lost, nobody knows whether it was said.
  const bool said_before = std::exchange(said_everything_, said_everything_ && !changes_something);
  const Reply answer = connection_.call("exchange", prefix_, arguments);
  if (checked(answer).is_nil()) return std::nullopt;
  said_everything_ = said_before;
  return entry_id(answer);
}

void PresenceLink::hear() {
  if (!heard_ || !follow_log()) read_everything();
}

bool PresenceLink::follow_log() {
  while (*heard_ != last_) {
    const Command command{"XRANGE", key("presence_log"),           "(" + heard_->text(), "+",
                          "COUNT",  std::to_string(entries_a_read)};
    const Reply reply = connection_.run(command);
    if (reply.array().empty()) return false;
    for (const Reply& one : reply.array()) {
      const PresenceEntry entry = presence_entry(one);
      if (entry.previous != *heard_) return false;
      if (entry.node != node_) others_.take(entry);
      heard_ = entry.id;
    }
    // Others may have said more since.
    last_ = std::max(last_, *heard_);
  }
  return true;
}

// First how far the log is: what changes while the rest is read is read again. Left alone are a node of
// which more is known than that, since it is about to say everything anew, and one that is doing so.
void PresenceLink::read_everything() {
  heard_.reset();
  PresenceState state = presence_state(connection_.run({"HGETALL", key("presence")}));
  std::erase_if(state.nodes, [this](const auto& node) {
    return node.first == node_ || others_.knows_more(node.first, node.second);
  });
  others_.doubt_all_but(state.nodes, std::chrono::steady_clock::now());
  bool all = true;
  for (const auto& [node, version] : state.nodes) all = read_node(node, version) && all;
  if (all) heard_ = state.last;  // else everything is read again
}

bool PresenceLink::read_node(const std::string& node, std::uint64_t version) {
  const std::string round = round_of(node);
  if (round.ends_with(" open")) return false;
  const std::vector<Sighting> users = sightings(connection_.run({"HGETALL", key("present:") + node}));
  if (round_of(node) != round) return false;
  others_.replace(node, version, users);
  return true;
}

std::string PresenceLink::round_of(const std::string& node) {
  const Reply reply = connection_.run({"GET", key("round:") + node});
  return reply.is_nil() ? std::string() : reply.text();
}

}  // namespace chatserver::cache::valkey
