#include "chat/change_effects.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "chat/wording.hpp"
#include "protocol/server_frame.hpp"

namespace chatserver::chat {
namespace {

// So that a frame is small beside any feed.
constexpr std::size_t ids_a_frame_max = 500;

std::vector<hub::FramePtr> deleted_frames(std::optional<std::string_view> channel,
                                          std::span<const CacheId> ids) {
  std::vector<hub::FramePtr> frames;
  while (!ids.empty()) {
    const auto part = ids.first(std::min(ids.size(), ids_a_frame_max));
    frames.push_back(text_frame(protocol::message_deleted(channel, part)));
    ids = ids.subspan(part.size());
  }
  return frames;
}

class Effects {
 public:
  Effects(Directory& directory, RecentMessages& recent, RecentDeletions& deletions)
      : directory_(directory), recent_(recent), deletions_(deletions) {}

  void of(const cache::UserBanned& change) {
    directory_.add_ban(change.ban);
    add(CloseUser{change.ban.banished, hub_close(protocol::CloseCode::banned, change.ban.reason)});
  }
  void of(const cache::BanPardoned& change) { directory_.pardon(change.id); }
  void of(const cache::RateLimitChanged& change) { directory_.set_rate_limit(change.limit); }
  void of(const cache::MessagesDeleted& change) {
    std::vector<CacheId> ids;
    for (const store::Tombstone& tombstone : change.tombstones) ids.push_back(tombstone.cache_id);
    if (ids.empty()) return;
    recent_.remove(ids);
    deletions_.add(ids);
    std::vector<hub::FramePtr> frames = deleted_frames(std::nullopt, ids);
    add(ForgetMessages{.ids = std::move(ids), .frames = std::move(frames)});
  }
  void of(const cache::ChannelsChanged& change) {
    directory_.set_channels(change.channels);
    if (change.purged) {
      const store::PurgedChannel& purged = *change.purged;
      std::vector<CacheId> ids = recent_.remove_channel(purged.id);
      deletions_.add(purged);
      deletions_.add(ids);  // some may have come too late to be named
      add(ForgetMessages{.ids = std::move(ids), .frames = deleted_frames(purged.name, purged.newest)});
    }
    RecentMessages::Difference difference = recent_.adapt(change.channels);
    if (!difference.hidden.empty()) add(ForgetMessages{.ids = std::move(difference.hidden), .frames = {}});
    if (!difference.renamed.empty()) add(ReplaceMessages{std::move(difference.renamed)});
    add(ShowChannels{text_frame(protocol::active_channels(change.channels))});
  }

  [[nodiscard]] std::vector<ShardChange> take() { return std::move(for_shards_); }

 private:
  void add(ShardChange change) { for_shards_.push_back(std::move(change)); }

  Directory& directory_;
  RecentMessages& recent_;
  RecentDeletions& deletions_;
  std::vector<ShardChange> for_shards_;
};

}  // namespace

std::vector<ShardChange> take_effect(const cache::Change& change, Directory& directory,
                                     RecentMessages& recent, RecentDeletions& deletions) {
  Effects effects(directory, recent, deletions);
  std::visit([&](const auto& one) { effects.of(one); }, change);
  return effects.take();
}

}  // namespace chatserver::chat
