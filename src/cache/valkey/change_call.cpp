#include "cache/valkey/change_call.hpp"

#include <variant>

namespace chatserver::cache::valkey {
namespace {

struct Effect {
  const char* kind;
  std::vector<std::string> arguments;
};

struct EffectOf {
  Effect operator()(const UserBanned& change) const {
    const Ban& ban = change.ban;
    const std::string end = ban.end ? std::to_string(ban.end->time_since_epoch().count()) : "0";
    return {.kind = "ban", .arguments = {std::to_string(ban.id.value()), ban.banished.value(), end}};
  }
  Effect operator()(const BanPardoned& change) const {
    return {.kind = "pardon", .arguments = {std::to_string(change.id.value())}};
  }
  Effect operator()(const MessagesDeleted& change) const {
    Effect effect{.kind = "delete", .arguments = {}};
    for (const store::Tombstone& one : change.tombstones)
      effect.arguments.push_back(std::to_string(one.cache_id.value()));
    return effect;
  }
  Effect operator()(const RateLimitChanged& change) const {
    const std::chrono::microseconds window = change.limit.window;
    return {.kind = "limit",
            .arguments = {std::to_string(change.limit.messages), std::to_string(window.count())}};
  }
  Effect operator()(const ChannelsChanged& change) const {
    Effect effect{.kind = "channels", .arguments = {}};
    for (const Channel& channel : change.channels) {
      effect.arguments.push_back(std::to_string(channel.id.value()));
      effect.arguments.push_back(channel.name);
    }
    return effect;
  }
};

}  // namespace

std::vector<std::string> change_arguments(const ChangeHead& head, const store::CommittedChange& committed) {
  const Effect effect = std::visit(EffectOf{}, committed.change);
  std::vector<std::string> arguments{head.generation, head.seen.text(), std::to_string(committed.id.value()),
                                     effect.kind, std::to_string(effect.arguments.size())};
  arguments.insert(arguments.end(), effect.arguments.begin(), effect.arguments.end());
  const Fields fields = encode(committed.change);
  arguments.insert(arguments.end(), fields.begin(), fields.end());
  return arguments;
}

}  // namespace chatserver::cache::valkey
