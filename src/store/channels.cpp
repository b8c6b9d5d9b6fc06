#include "store/channels.hpp"

#include <algorithm>
#include <utility>

namespace chatserver::store {
namespace {

using Edited = std::expected<std::vector<Channel>, ChangeRefusal>;
using Channels = std::vector<Channel>;

bool taken(const Channels& channels, const std::string& name, ChannelId by_other_than) {
  return std::ranges::any_of(channels,
                             [&](const Channel& one) { return one.name == name && one.id != by_other_than; });
}

Edited apply(Channels channels, const CreateChannel& create) {
  if (taken(channels, create.name, ChannelId{})) return std::unexpected(ChangeRefusal::name_taken);
  if (channels.size() >= channels_max) return std::unexpected(ChangeRefusal::too_many_channels);
  channels.push_back({.id = {}, .name = create.name, .description = std::nullopt});
  if (create.description && !create.description->empty()) channels.back().description = create.description;
  return channels;
}

Edited apply(Channels channels, const EditChannel& edit) {
  const auto channel = std::ranges::find(channels, edit.id, &Channel::id);
  if (channel == channels.end()) return std::unexpected(ChangeRefusal::not_found);
  if (edit.name && taken(channels, *edit.name, edit.id)) return std::unexpected(ChangeRefusal::name_taken);
  if (edit.name) channel->name = *edit.name;
  if (edit.description) channel->description = edit.description;
  if (channel->description && channel->description->empty()) channel->description.reset();
  return channels;
}

Edited apply(Channels channels, const MoveChannel& move) {
  const auto channel = std::ranges::find(channels, move.id, &Channel::id);
  if (channel == channels.end()) return std::unexpected(ChangeRefusal::not_found);
  if (move.before == move.id) return channels;
  Channel moved = std::move(*channel);
  channels.erase(channel);
  auto place = channels.end();
  if (move.before) {
    place = std::ranges::find(channels, *move.before, &Channel::id);
    if (place == channels.end()) return std::unexpected(ChangeRefusal::not_found);
  }
  channels.insert(place, std::move(moved));
  return channels;
}

Edited apply(Channels channels, const DeleteChannel& deletion) {
  const auto channel = std::ranges::find(channels, deletion.id, &Channel::id);
  if (channel == channels.end()) return std::unexpected(ChangeRefusal::not_found);
  if (channels.size() == 1) return std::unexpected(ChangeRefusal::last_channel);
  channels.erase(channel);
  return channels;
}

}  // namespace

Edited edited(std::span<const Channel> channels, const ChannelEdit& edit) {
  Edited after =
      std::visit([&](const auto& one) { return apply({channels.begin(), channels.end()}, one); }, edit);
  if (!after) return after;
  int order = 0;
  for (Channel& channel : *after) channel.sort_order = ++order;
  return after;
}

}  // namespace chatserver::store
