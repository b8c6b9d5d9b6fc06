#include "cache/valkey/presence_entry.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace chatserver::cache::valkey {
namespace {

EntryId entry_id(std::string_view text) {
  const auto id = EntryId::parse(text);
  if (!id) throw Garbled("an entry of the log of presence has no id");
  return *id;
}

std::uint64_t version(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    throw Garbled("what a node has said of presence has no version");
  return number;
}

bool says(const Reply& reply, char kind) {
  return reply.text().find(kind) != std::string::npos;
}

void take_field(PresenceEntry& entry, const std::string& name, const Reply& value) {
  if (name == "p") {
    entry.previous = entry_id(value.text());
  } else if (name == "n") {
    entry.node = value.text();
  } else if (name == "k") {
    entry.begins = says(value, 'b');
    entry.ends = says(value, 'e');
    entry.gone = says(value, 'g');
  } else if (name == "v") {
    entry.version = version(value.text());
  } else if (name.starts_with('+')) {
    entry.changes.push_back(
        {.user = {.id = UserId(name.substr(1)), .username = value.text()}, .present = true});
  } else if (name.starts_with('-')) {
    entry.changes.push_back({.user = {.id = UserId(name.substr(1)), .username = {}}, .present = false});
  }
}

}  // namespace

EntryId entry_id(const Reply& reply) {
  return entry_id(std::string_view(reply.text()));
}

PresenceEntry presence_entry(const Reply& reply) {
  PresenceEntry entry;
  entry.id = entry_id(reply.at(0));
  const Reply::Array& fields = reply.at(1).array();
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) take_field(entry, fields[i].text(), fields[i + 1]);
  if (entry.node.empty()) throw Garbled("an entry of the log of presence names no node");
  return entry;
}

PresenceState presence_state(const Reply& hash) {
  constexpr std::string_view of_node = "node:";
  PresenceState state;
  const Reply::Array& fields = hash.array();
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string& name = fields[i].text();
    if (name == "last") state.last = entry_id(fields[i + 1]);
    if (!name.starts_with(of_node)) continue;
    const std::string_view value = fields[i + 1].text();  // "lease_end version"
    state.nodes.emplace(name.substr(of_node.size()), version(value.substr(value.find(' ') + 1)));
  }
  return state;
}

std::vector<Sighting> sightings(const Reply& hash) {
  std::vector<Sighting> all;
  const Reply::Array& fields = hash.array();
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string_view value = fields[i + 1].text();
    const std::size_t end = value.find(' ');
    if (end == std::string_view::npos) throw Garbled("a user who is present has no name");
    all.push_back({.user = {.id = UserId(fields[i].text()), .username = std::string(value.substr(end + 1))},
                   .at = entry_id(value.substr(0, end))});
  }
  return all;
}

}  // namespace chatserver::cache::valkey
