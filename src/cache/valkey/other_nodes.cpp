#include "cache/valkey/other_nodes.hpp"

#include <utility>

namespace chatserver::cache::valkey {

void OtherNodes::take(const PresenceEntry& entry) {
  if (entry.gone) {
    const auto found = nodes_.find(entry.node);
    if (found == nodes_.end()) return;
    forget(found->second);
    nodes_.erase(found);
    return;
  }
  Node& node = nodes_[entry.node];
  node.doubted.reset();
  node.version = entry.version;
  if (entry.begins) ++node.round;
  for (const UserPresence& change : entry.changes) {
    if (change.present) {
      came(node, change.user, entry.id);
    } else {
      left(node, change.user.id);
    }
  }
  if (entry.ends) end_round(node);
}

void OtherNodes::replace(const std::string& name, std::uint64_t version, const std::vector<Sighting>& users) {
  Node& node = nodes_[name];
  node.version = version;
  node.doubted.reset();
  ++node.round;
  for (const Sighting& one : users) came(node, one.user, one.at);
  end_round(node);
}

bool OtherNodes::knows_more(const std::string& name, std::uint64_t version) const {
  const auto known = nodes_.find(name);
  return known != nodes_.end() && known->second.version > version;
}

void OtherNodes::doubt_all_but(const std::map<std::string, std::uint64_t>& nodes, Monotonic now) {
  for (auto& [name, node] : nodes_) {
    if (!node.doubted && !nodes.contains(name)) node.doubted = now;
  }
}

void OtherNodes::forget_doubted(Monotonic until) {
  for (auto known = nodes_.begin(); known != nodes_.end();) {
    Node& node = known->second;
    if (node.doubted && *node.doubted <= until) {
      forget(node);
      known = nodes_.erase(known);
    } else {
      ++known;
    }
  }
}

void OtherNodes::forget_all() {
  for (auto& known : nodes_) forget(known.second);
  nodes_.clear();
}

void OtherNodes::came(Node& node, const User& user, EntryId at) {
  node.users.insert_or_assign(user.id, Known{.name = user.username, .at = at, .round = node.round});
  touched_.insert(user.id);
}

void OtherNodes::left(Node& node, const UserId& user) {
  if (node.users.erase(user) > 0) touched_.insert(user);
}

void OtherNodes::end_round(Node& node) {
  std::erase_if(node.users, [&](const auto& user) {
    if (user.second.round == node.round) return false;
    touched_.insert(user.first);
    return true;
  });
}

void OtherNodes::forget(Node& node) {
  ++node.round;
  end_round(node);
}

const std::string* OtherNodes::name_of(const UserId& user) const {
  const Known* newest = nullptr;
  for (const auto& [name, node] : nodes_) {
    const auto known = node.users.find(user);
    if (known == node.users.end()) continue;
    if (newest == nullptr || newest->at < known->second.at) newest = &known->second;
  }
  return newest == nullptr ? nullptr : &newest->name;
}

std::vector<UserPresence> OtherNodes::take_changes() {
  std::vector<UserPresence> changes;
  for (const UserId& user : touched_) {
    const std::string* name = name_of(user);
    const auto told = told_.find(user);
    if (name != nullptr) {
      if (told != told_.end() && told->second == *name) continue;
      changes.push_back({.user = {.id = user, .username = *name}, .present = true});
      told_.insert_or_assign(user, *name);
    } else if (told != told_.end()) {
      changes.push_back({.user = {.id = user, .username = std::move(told->second)}, .present = false});
      told_.erase(told);
    }
  }
  touched_.clear();
  return changes;
}

}  // namespace chatserver::cache::valkey
