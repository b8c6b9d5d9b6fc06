// Shard: who is here, and telling so.

#include <algorithm>
#include <memory>
#include <utility>

#include "hub/shard.hpp"
#include "websocket/frame.hpp"

namespace chatserver::hub {
namespace {

constexpr std::chrono::seconds forget_offline_every{10};

}  // namespace

void Shard::arrive(Session& session) {
  Member& member = session.member;
  ++member.present;
  member.here = true;
  on_presence_.here({.shown = member.shown, .status = Status::online});
  change_presence(member, Status::online);
}

void Shard::leave(Member& member, Monotonic now) {
  if (member.present > 0 || !member.here) return;
  if (options_.presence.grace.count() == 0) return leave_here(member);
  member.leave_at = now + options_.presence.grace;
  graces_.emplace_back(member.leave_at, member.shown->user->id);
}

void Shard::end_graces(Monotonic now) {
  while (!graces_.empty() && graces_.front().first <= now) {
    const auto [due, user] = std::move(graces_.front());
    graces_.pop_front();
    const auto it = members_.find(user);
    // Somebody who came back, or left again since, has a later appointment or none.
    if (it == members_.end() || !(*it)->here || (*it)->present > 0 || (*it)->leave_at != due) continue;
    leave_here(**it);
    forget_if_gone(**it);
  }
}

void Shard::leave_here(Member& member) {
  member.here = false;
  on_presence_.here({.shown = member.shown, .status = Status::offline});
  if (!member.elsewhere) change_presence(member, Status::offline);
}

void Shard::forget_if_gone(const Member& member) {
  if (member.session_count > 0 || member.here || member.elsewhere) return;
  members_.erase(members_.find(member.shown->user->id));
}

void Shard::change_presence(const Member& member, Status status) {
  const PresenceChange change{.shown = member.shown, .status = status};
  if (!roster_.apply(change)) return;
  flush_all_ = true;
  on_presence_.anywhere(change);
}

void Shard::apply_elsewhere(std::span<const PresenceChange> changes) {
  for (const PresenceChange& change : changes) {
    auto it = members_.find(change.shown->user->id);
    if (change.status == Status::online) {
      if (it == members_.end()) it = members_.insert(std::make_unique<Member>(change.shown)).first;
      Member& member = **it;
      member.elsewhere = true;
      member.shown = change.shown;
      change_presence(member, Status::online);
    } else if (it != members_.end() && (*it)->elsewhere) {
      Member& member = **it;
      member.elsewhere = false;
      if (!member.here) change_presence(member, Status::offline);
      forget_if_gone(member);
    }
  }
}

void Shard::apply_presence(std::span<const PresenceChange> changes) {
  for (const PresenceChange& change : changes) {
    if (roster_.apply(change)) flush_all_ = true;
  }
}

void Shard::push_connected_users(Session& session) {
  Roster::ListText list = roster_.list_for(session.member.shown->user->id, options_.presence.listed_max);
  session.told = list.told;
  std::string head;
  websocket::append_frame_header(head, websocket::Opcode::text,
                                 list.head.size() + list.users->size() + list.tail.size());
  head += list.head;
  const auto own = [](std::string text) { return std::make_shared<const std::string>(std::move(text)); };
  session.push(own(std::move(head)), Counted::no, Piece::more);
  if (!list.users->empty()) session.push(list.users, Counted::no, Piece::more);
  session.push(own(std::move(list.tail)), Counted::no);
}

// Those who left and of whom everybody knows it take no memory any more.
void Shard::forget_offline(Monotonic now) {
  if (now < forget_offline_at_) return;
  forget_offline_at_ = now + forget_offline_every;
  std::uint64_t told_by_all = roster_.newest();
  for (const Session* session : all_) {
    if (session->state == Session::State::live) told_by_all = std::min(told_by_all, session->told.cursor);
  }
  roster_.forget_offline(told_by_all);
}

}  // namespace chatserver::hub
