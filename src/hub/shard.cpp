#include "hub/shard.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "websocket/frame.hpp"

namespace chatserver::hub {

Shard::Shard(const Options& options, Wording wording, Start start, OnPresence on_presence, Monotonic now)
    : options_(options),
      wording_(std::move(wording)),
      on_presence_(std::move(on_presence)),
      presence_overhead_(std::min(512.0, static_cast<double>(options.presence.bytes_per_second) / 32)),
      connections_per_user_(options.connections_per_user),
      feed_(options.feed_bytes),
      recent_(wording_.bulk, options.recent_messages, start.complete_after),
      roster_(wording_.presence),
      figures_(options.analytics_interval),
      last_public_(start.last_public),
      last_private_(start.last_private),
      wheel_(now),
      forget_offline_at_(now),
      presence_total_(static_cast<double>(options.presence.bytes_per_second_total)),
      presence_total_filled_(now) {
  for (auto& message : start.recent) recent_.add(std::move(message));
}

Shard::~Shard() {
  check(sessions_.empty(), "connections end before their shard");
}

void Shard::deliver(const Broadcast& broadcast, Monotonic now) {
  for (const auto& message : broadcast.messages) {
    append_to_feed(message->frame, message->channel, message->id, now);
    recent_.add(message);
    last_public_ = message->id;
  }
  for (const PrivateFrame& frame : broadcast.private_frames) {
    const auto push_to = [&](const UserId& user) {
      const auto it = members_.find(user);
      if (it == members_.end()) return;
      for (Session* session = (*it)->sessions; session != nullptr; session = session->next_of_member) {
        push(*session, frame.frame, Counted::yes, now);
      }
    };
    push_to(frame.author);
    if (frame.recipient != frame.author) push_to(frame.recipient);
    last_private_ = frame.id;
  }
}

void Shard::start_over(const Start& start, Monotonic now) {
  for (Session* session : all_) begin_close(*session, wording_.too_slow, After::current_frame, now);
  recent_.start_over(start.complete_after);
  for (const auto& message : start.recent) recent_.add(message);
  last_public_ = start.last_public;
  last_private_ = start.last_private;
}

void Shard::announce(const FramePtr& frame, Monotonic now) {
  if (frame->size() <= options_.feed_bytes / 2) return append_to_feed(*frame, ChannelId{}, CacheId{}, now);
  for (Session* session : all_) push(*session, frame, Counted::no, now);
}

void Shard::send(SessionId id, FramePtr frame, Monotonic now) {
  if (Session* session = find(id)) push(*session, std::move(frame), Counted::yes, now);
}

void Shard::answer(SessionId id, const Original& original, FramePtr copy, Monotonic now) {
  Session* const session = find(id);
  if (session == nullptr || is_still_to_come(*session, original)) return;
  push(*session, std::move(copy), Counted::yes, now);
}

bool Shard::is_still_to_come(const Session& session, const Original& original) const {
  if (!original.channel) return original.id > last_private_;
  if (!session.subscribed_to(*original.channel)) return false;
  if (original.id > last_public_) return true;
  const std::optional<CacheId> next = feed_.next_message(session.cursor);
  return next && original.id >= *next;
}

std::optional<Shard::Attached> Shard::attach(const Newcomer& newcomer, Transport& transport, Monotonic now) {
  auto it = members_.find(newcomer.shown->user->id);
  const std::size_t limit = connections_per_user_;
  if (limit != 0 && it != members_.end() && (*it)->session_count >= limit) return std::nullopt;
  if (it == members_.end()) it = members_.insert(std::make_unique<Member>(newcomer.shown)).first;
  Member* const member = it->get();
  member->shown = newcomer.shown;

  const SessionId id{++last_session_};
  auto session = std::make_unique<Session>(id, *member, newcomer.kind, newcomer.login, transport,
                                           Cursor{feed_.end(), 0}, now);
  session->key = newcomer.key;
  session->expires = newcomer.expires;
  session->presence_bytes = static_cast<double>(options_.presence.bytes_per_second);
  session->presence_filled = now;
  session->index = static_cast<std::uint32_t>(all_.size());
  all_.push_back(session.get());
  session->next_of_member = std::exchange(member->sessions, session.get());
  ++member->session_count;
  sessions_.emplace(id, std::move(session));
  return Attached{.id = id, .last_public = last_public_, .last_private = last_private_};
}

Shard::Resume Shard::how_to_resume(CacheId since) const {
  if (since > last_public_) return Resume::reset;
  return recent_.covers(since) ? Resume::from_recent : Resume::from_store;
}

FramePtr Shard::missed_since(SessionId id, CacheId since) const {
  const Session& joining = session(id);
  check(joining.cursor == Cursor{feed_.end(), 0}, "nothing was delivered since the session was attached");
  return recent_.resume(since, options_.resume_messages_max, joining.member.shown->user->id, feed_).frame;
}

bool Shard::welcome(SessionId id, const Welcome& welcome, Monotonic now) {
  Session& session = *find(id);
  check(!session.was_live, "a session is welcomed once");
  if (session.state != Session::State::joining) return false;

  Bulk bulk{nullptr, session.cursor};
  if (const auto* frame = std::get_if<FramePtr>(&welcome.messages)) {
    bulk.frame = *frame;
  } else if (const auto* since = std::get_if<CacheId>(&welcome.messages)) {
    const UserId& self = session.member.shown->user->id;
    bulk = *since > last_public_ ? recent_.reset(self, feed_)
                                 : recent_.resume(*since, options_.resume_messages_max, self, feed_);
  } else {
    bulk = recent_.welcome(session.member.shown->user->id, feed_);
  }
  if (!feed_.holds(bulk.cursor)) return false;
  session.cursor = bulk.cursor;
  slowest_ = std::min(slowest_, bulk.cursor.frame);

  // What came for it while its history was read goes behind the welcome.
  const std::unique_ptr<Outbox> held = std::move(session.outbox);
  session.state = Session::State::live;
  session.was_live = true;
  if (session.kind == SessionKind::chat) arrive(session);
  if (welcome.prologue) session.push(welcome.prologue, Counted::no);
  if (bulk.frame) session.push(bulk.frame, Counted::no);
  if (channels_) session.push(channels_, Counted::no);
  if (welcome.private_messages) session.push(welcome.private_messages, Counted::no);
  push_connected_users(session);
  if (welcome.deleted) session.push(welcome.deleted, Counted::no);
  if (held) session.outbox->append(std::move(*held));

  session.last_heard = session.last_pinged = now;
  schedule(session);
  mark(session);
  if (session.kind == SessionKind::dashboard) figures_.join(id, now);
  return true;
}

Shard::Departed Shard::detach(SessionId id, Monotonic now) {
  const auto it = sessions_.find(id);
  check(it != sessions_.end(), "a session is detached once");
  Session& session = *it->second;
  Member& member = session.member;
  Departed departed{.user = *member.shown->user,
                    .kind = session.kind,
                    .was_live = session.was_live,
                    .close_code = session.close_code};

  all_.back()->index = session.index;
  all_[session.index] = all_.back();
  all_.pop_back();
  if (session.in_dirty) std::erase(dirty_, &session);
  if (session.kind == SessionKind::dashboard) figures_.leave(id);
  Session** link = &member.sessions;
  while (*link != &session) link = &(*link)->next_of_member;
  *link = session.next_of_member;
  --member.session_count;
  if (session.was_live && session.kind == SessionKind::chat) {
    --member.present;
    leave(member, now);
  }
  sessions_.erase(it);
  forget_if_gone(member);
  return departed;
}

void Shard::heard(SessionId id, bool partial, Monotonic now) {
  Session* session = find(id);
  if (session == nullptr) return;
  session->last_heard = now;
  if (!partial) {
    session->partial_since = Monotonic::max();
  } else if (session->partial_since == Monotonic::max()) {
    session->partial_since = now;
    schedule(*session);
  }
}

void Shard::pong(SessionId id, std::string_view payload, Monotonic now) {
  Session* session = find(id);
  if (session == nullptr || session->state != Session::State::live) return;
  push(*session,
       std::make_shared<const std::string>(websocket::encode_frame(websocket::Opcode::pong, payload)),
       Counted::yes, now);
}

void Shard::on_writable(SessionId id, Monotonic now) {
  Session* session = find(id);
  if (session == nullptr) return;
  session->blocked = false;
  flush_session(*session, now);
}

void Shard::subscribe(SessionId id, std::vector<ChannelId> channels) {
  Session* session = find(id);
  if (session == nullptr) return;
  if (channels.empty()) {
    session->subscribed.reset();
    return;
  }
  std::ranges::sort(channels);
  session->subscribed = std::make_unique<std::vector<ChannelId>>(std::move(channels));
}

void Shard::renew(SessionId id, LoginId login, KeyId key, Monotonic expires) {
  if (Session* session = find(id)) {
    session->login = login;
    session->key = key;
    session->expires = expires;
    schedule(*session);
  }
}

std::int64_t Shard::count_refused(SessionId id, Monotonic now, std::chrono::seconds window) {
  Session* session = find(id);
  return session == nullptr ? 0 : session->count_refused(now, window);
}

bool Shard::is_open(SessionId id) const {
  const auto it = sessions_.find(id);
  return it != sessions_.end() && it->second->state == Session::State::live && !it->second->farewell;
}

Session* Shard::find(SessionId id) {
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : it->second.get();
}

const Session& Shard::session(SessionId id) const {
  const auto it = sessions_.find(id);
  check(it != sessions_.end(), "the session is attached");
  return *it->second;
}

}  // namespace chatserver::hub
