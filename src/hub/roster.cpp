#include "hub/roster.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "websocket/frame.hpp"

namespace chatserver::hub {

bool Roster::apply(const PresenceChange& change) {
  auto it = entries_.find(change.shown->user->id);
  const bool is_new = it == entries_.end();
  const Status before = is_new ? Status::offline : (*it)->status;
  const bool same_name = !is_new && (*it)->shown->object == change.shown->object;
  if (before == change.status && (same_name || change.status == Status::offline)) return false;
  if (is_new) it = entries_.insert(std::make_unique<Entry>(change.shown)).first;
  Entry& entry = **it;
  if (entry.status != change.status) {
    if (change.status == Status::online)
      ++online_;
    else
      --online_;
  }
  if (listing_) {
    const bool listed = !is_new && entry.changed <= listing_->told.cursor;
    const bool complete = listing_->told.cursor == newest_;
    if (listed || complete) listing_.reset();
  }
  const bool renamed = !is_new && !same_name;
  if (!is_new) order_.erase(entry.changed);
  entry.changed_before_that = entry.changed_before;
  entry.changed_before = entry.changed;
  entry.changed = ++newest_;
  // Nobody who has not been told of a new name knows the state before.
  if (renamed) entry.changed_before = entry.changed_before_that = entry.changed;
  entry.status = change.status;
  entry.shown = change.shown;
  order_.append(entry.changed, entry);
  return true;
}

bool Roster::is_online(const UserId& user) const {
  const auto it = entries_.find(user);
  return it != entries_.end() && (*it)->status == Status::online;
}

const Roster::Listing& Roster::listing(std::size_t users_max) {
  if (listing_) return *listing_;
  // Where not everybody fits, one place is for the newcomer's own entry.
  const std::size_t shared_max =
      online_ <= users_max ? users_max : users_max - std::min<std::size_t>(users_max, 1);
  std::string users;
  Listing listing;
  listing.told.cursor = newest_;
  order_.visit_after(0, [&](std::uint64_t place, const Entry& entry) {
    if (entry.status != Status::online) return true;
    if (listing.count == shared_max) {
      listing.told.cursor = place - 1;
      return false;
    }
    if (!users.empty()) users += ',';
    users.append(entry.shown->object).append("true}");
    ++listing.count;
    return true;
  });
  listing.users = std::make_shared<const std::string>(std::move(users));
  return listing_.emplace(std::move(listing));
}

Roster::ListText Roster::list_for(const UserId& user, std::size_t users_max) {
  const Listing& shared = listing(users_max);
  ListText text{.head = wording_.list_head, .users = shared.users, .tail = {}, .told = shared.told};
  text.told.joined = newest_;
  if (text.told.cursor == newest_) text.told.synced = newest_;

  const auto self = entries_.find(user);
  const bool present = self != entries_.end() && (*self)->status == Status::online;
  if (present && (*self)->changed > shared.told.cursor) {
    text.head.append((*self)->shown->object).append("true}");
    if (shared.count > 0) text.head += ',';
  }
  if (text.told.cursor == newest_) {
    text.tail = wording_.list_tail;
  } else {
    text.tail = wording_.list_tail_total + std::to_string(online_) + wording_.list_end;
  }
  return text;
}

// Whether a session that has been told up to `told` already believes what is true.
bool Roster::skip(const Entry& entry, const Told& told) {
  if (told.synced == 0) {
    // Still reading the list for the first time: somebody gone before it came was never shown to it.
    return entry.status == Status::offline && entry.changed <= told.joined;
  }
  // Exactly two changes since it knew everything, and neither was told: back where it was.
  return entry.changed_before > told.cursor && entry.changed_before_that <= told.synced;
}

void Roster::append_status_frame(const Entry& entry, std::string& out) const {
  const std::string_view status = entry.status == Status::online ? "true}" : "false}";
  websocket::append_frame_header(
      out, websocket::Opcode::text,
      wording_.status_head.size() + entry.shown->object.size() + status.size() + wording_.status_tail.size());
  out.append(wording_.status_head).append(entry.shown->object).append(status).append(wording_.status_tail);
}

Roster::Chunk Roster::build_chunk(const Told& told, std::size_t bytes_max, const UserId& self) const {
  std::string frames;
  Chunk chunk{.frames = nullptr, .told = told};
  const bool to_the_end = order_.visit_after(told.cursor, [&](std::uint64_t place, const Entry& entry) {
    if (frames.size() >= bytes_max) return false;
    chunk.told.cursor = place;
    if (entry.shown->user->id != self && !skip(entry, told)) append_status_frame(entry, frames);
    return true;
  });
  if (to_the_end) chunk.told.cursor = chunk.told.synced = newest_;
  if (!frames.empty()) chunk.frames = std::make_shared<const std::string>(std::move(frames));
  return chunk;
}

Roster::Chunk Roster::chunk(const Told& told, std::size_t bytes_max, const UserId& self) {
  const bool cached = cached_ && cached_->newest == newest_ && cached_->from.cursor == told.cursor &&
                      cached_->from.synced == told.synced &&
                      (told.synced != 0 || cached_->from.joined == told.joined);
  if (!cached) cached_.emplace(told, newest_, build_chunk(told, bytes_max, UserId{}));
  const auto own = entries_.find(self);
  if (own != entries_.end() && (*own)->changed > told.cursor &&
      (*own)->changed <= cached_->chunk.told.cursor) {
    return build_chunk(told, bytes_max, self);
  }
  Chunk chunk = cached_->chunk;
  chunk.told.joined = told.joined;
  return chunk;
}

void Roster::forget_offline(std::uint64_t told_by_all) {
  order_.erase_up_to(told_by_all, [this](const Entry& entry) {
    if (entry.status == Status::online) return false;
    entries_.erase(entries_.find(entry.shown->user->id));
    return true;
  });
}

}  // namespace chatserver::hub
