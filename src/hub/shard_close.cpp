// Shard: how sessions end.

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "hub/shard.hpp"
#include "websocket/frame.hpp"

namespace chatserver::hub {

void Shard::close(SessionId id, const Close& close, After after, Monotonic now) {
  if (Session* session = find(id)) begin_close(*session, close, after, now);
}

void Shard::fail(SessionId id, const Close& close, Monotonic now) {
  Session* session = find(id);
  if (session == nullptr) return;
  session->failed = true;
  begin_close(*session, close, After::current_frame, now);
  mark(*session);  // it may have been closing already
}

void Shard::peer_closed(SessionId id, const Close& echo, Monotonic now) {
  Session* session = find(id);
  if (session == nullptr) return;
  session->peer_closed = true;
  begin_close(*session, echo, After::current_frame, now);
  // Its own close may be what the peer has answered.
  if (!session->blocked) flush_session(*session, now);
}

void Shard::close_user(const UserId& user, const Close& close, Monotonic now) {
  const auto it = members_.find(user);
  if (it == members_.end()) return;
  for (Session* session = (*it)->sessions; session != nullptr; session = session->next_of_member) {
    begin_close(*session, close, After::current_frame, now);
  }
}

void Shard::close_login(LoginId login, const std::optional<UserId>& user, const Close& close, Monotonic now) {
  const auto close_if_of_login = [&](Session& session) {
    if (session.login == login) begin_close(session, close, After::current_frame, now);
  };
  if (!user) {
    for (Session* session : all_) close_if_of_login(*session);
    return;
  }
  const auto it = members_.find(*user);
  if (it == members_.end()) return;
  for (Session* session = (*it)->sessions; session != nullptr; session = session->next_of_member) {
    close_if_of_login(*session);
  }
}

void Shard::close_key(KeyId key, const Close& close, Monotonic now) {
  for (Session* session : all_) {
    if (session->key == key) begin_close(*session, close, After::current_frame, now);
  }
}

void Shard::close_all(const Close& close, Monotonic now) {
  for (Session* session : all_) begin_close(*session, close, After::everything, now);
}

void Shard::abort_all() {
  for (Session* session : all_) end(*session, Ending::reset);
}

void Shard::begin_close(Session& session, const Close& close, After after, Monotonic now) {
  if (session.state == Session::State::closing || session.ended) return;
  if (session.farewell && after == After::everything) return;
  session.close_code = close.code;
  session.close_by = now + options_.keepalive.close;
  schedule(session);
  // Not live yet: its HTTP request is answered instead (see is_open()), and frames
  // that were held for it must not precede the answer.
  if (session.state == Session::State::joining) {
    session.state = Session::State::closing;
    session.outbox.reset();
    return;
  }
  if (after == After::everything) {
    session.farewell = close.frame;
    return mark(session);
  }
  session.farewell.reset();
  if (session.outbox) session.outbox->drop_unsent();
  session.keep_rest(feed_);
  push_close_frame(session, close.frame);
}

void Shard::push_close_frame(Session& session, FramePtr frame) {
  session.state = Session::State::closing;
  session.push(std::move(frame), Counted::no);
  mark(session);
}

// Everything is out. RFC 6455 §7.1.1: the server closes first, once both close frames were sent. Where the
// peer's would not be seen, the peer learns from the end of our stream that it is to end the connection.
void Shard::finish_close(Session& session) {
  if (session.peer_closed) return end(session, Ending::orderly);
  if (std::exchange(session.failed, false)) session.transport.finish();
}

void Shard::end(Session& session, Ending how) {
  if (std::exchange(session.ended, true)) return;
  session.leave();
  session.transport.end(how);
}

void Shard::tick(Monotonic now) {
  wheel_.advance(now, [&](Wheel::Hook& hook) { on_due(static_cast<Session&>(hook), now); });
  end_graces(now);
  forget_offline(now);
  if (std::exchange(presence_owed_, false)) flush_all_ = true;
}

void Shard::on_due(Session& session, Monotonic now) {
  if (session.ended || session.state == Session::State::joining) return;
  const KeepaliveOptions& keepalive = options_.keepalive;
  if (now >= session.close_by) return end(session, Ending::reset);
  if (now - session.last_heard >= keepalive.idle) return end(session, Ending::reset);
  if (session.state == Session::State::live && !session.farewell) {
    if (now >= session.expires) return begin_close(session, wording_.expired, After::current_frame, now);
    if (session.partial_since != Monotonic::max() && now - session.partial_since >= keepalive.frame) {
      return begin_close(session, wording_.unfinished, After::current_frame, now);
    }
    if (now - std::max(session.last_heard, session.last_pinged) >= keepalive.ping) {
      static const FramePtr ping =
          std::make_shared<const std::string>(websocket::encode_frame(websocket::Opcode::ping, {}));
      session.last_pinged = now;
      push(session, ping, Counted::yes, now);
    }
  }
  schedule(session);
}

void Shard::schedule(Session& session) {
  const KeepaliveOptions& keepalive = options_.keepalive;
  if (session.state == Session::State::closing) {
    return wheel_.schedule(session, std::min(session.close_by, session.last_heard + keepalive.idle));
  }
  Monotonic due = std::min(session.close_by, session.expires);
  if (session.partial_since != Monotonic::max()) due = std::min(due, session.partial_since + keepalive.frame);
  due = std::min(due, session.last_heard + keepalive.idle);
  due = std::min(due, std::max(session.last_heard, session.last_pinged) + keepalive.ping);
  wheel_.schedule(session, due);
}

}  // namespace chatserver::hub
