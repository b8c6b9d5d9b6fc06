#include "chat/elsewhere.hpp"

#include <memory>
#include <utility>

#include "chat/wording.hpp"

namespace chatserver::chat {

void Elsewhere::elsewhere(std::vector<cache::UserPresence> changes) {
  std::vector<PresentElsewhere> of_shards(shards_.size());
  for (cache::UserPresence& change : changes) {
    const std::size_t shard = shard_of(change.user.id, shards_.size());
    of_shards[shard].changes.push_back(
        {.shown = shown_user(std::make_shared<const User>(std::move(change.user))),
         .status = change.present ? hub::Status::online : hub::Status::offline});
  }
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    if (of_shards[i].changes.empty()) continue;
    ShardDelivery delivery;
    delivery.changes.emplace_back(std::move(of_shards[i]));
    shards_[i]->post(std::move(delivery));
  }
}

}  // namespace chatserver::chat
