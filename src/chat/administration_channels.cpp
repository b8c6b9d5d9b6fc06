// Administration: what is done to channels.

#include <utility>
#include <variant>

#include "chat/administration.hpp"

namespace chatserver::chat {
namespace {

using cache::ChangeError;
using cache::ChannelsChanged;

cache::Change change_of(store::ChannelEdit edit) {
  return ChannelsChanged{.edit = std::move(edit), .channels = {}, .purged = std::nullopt};
}

ChannelId id_of(const store::ChannelEdit& edit) {
  if (const auto* change = std::get_if<store::EditChannel>(&edit)) return change->id;
  if (const auto* move = std::get_if<store::MoveChannel>(&edit)) return move->id;
  return std::get<store::DeleteChannel>(edit).id;
}

}  // namespace

void Administration::create_channel(store::CreateChannel order, const UserId& by, Done<Channel> done) {
  const auto commit = [this, order = std::move(order), by]() -> std::expected<Channel, ChangeError> {
    const auto changed = parts_.cache.change(change_of(order));
    if (!changed) return std::unexpected(changed.error());
    Channel created = std::get<ChannelsChanged>(*changed).channels.back();  // a new one comes last
    log_.info("channel created", {{"channel", created.id.value()}, {"by", by.value()}});
    return created;
  };
  parts_.changes.make(commit, std::move(done));
}

void Administration::edit_channel(store::EditChannel order, const UserId& by, Done<ChannelId> done) {
  edit_known(std::move(order), "channel edited", by, std::move(done));
}

void Administration::move_channel(const store::MoveChannel& order, const UserId& by, Done<ChannelId> done) {
  edit_known(order, "channel moved", by, std::move(done));
}

void Administration::delete_channel(const store::DeleteChannel& order, const UserId& by,
                                    Done<ChannelId> done) {
  const bool purge = order.purge == store::Purge::yes;
  edit_known(order, purge ? "channel purged" : "channel deleted", by, std::move(done));
}

void Administration::edit_known(store::ChannelEdit edit, std::string_view event, const UserId& by,
                                Done<ChannelId> done) {
  const ChannelId id = id_of(edit);
  const auto commit = [this, edit = std::move(edit), id, event,
                       by]() -> std::expected<ChannelId, ChangeError> {
    if (const auto changed = parts_.cache.change(change_of(edit)); !changed)
      return std::unexpected(changed.error());
    log_.info(event, {{"channel", id.value()}, {"by", by.value()}});
    return id;
  };
  parts_.changes.make(commit, std::move(done));
}

}  // namespace chatserver::chat
