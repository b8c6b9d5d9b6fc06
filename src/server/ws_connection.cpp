#include "server/ws_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <sys/socket.h>
#include <sys/uio.h>

#include "chat/wording.hpp"
#include "protocol/server_frame.hpp"
#include "server/ban_text.hpp"
#include "server/fresh_keys.hpp"
#include "server/http_response.hpp"

namespace chatserver::server {
namespace {

// hub::Shard passes at most this many slices at once, and two of the feed's seam.
constexpr std::size_t slices_max = 72;

}  // namespace

void WsConnection::begin(int descriptor, Upgrade upgrade, ShardThread& shard, Services& services) {
  Socket socket(shard.context());
  // The family is only needed to reopen; reading and writing do without.
  socket.assign(boost::asio::generic::stream_protocol(AF_INET, IPPROTO_TCP), descriptor);
  auto connection = std::make_unique<WsConnection>(std::move(socket), upgrade, shard, services);
  attach(std::move(connection), std::move(upgrade));
}

WsConnection::WsConnection(Socket socket, Upgrade& upgrade, ShardThread& shard, Services& services)
    : shard_(shard),
      services_(services),
      socket_(std::move(socket)),
      decoder_(shard.protocol().frame_bytes),
      started_(services.clock.utc()),
      ticket_(std::move(upgrade.ticket)),
      token_place_(upgrade.token_place) {}

// Registers first and asks then whether the user is banned or the token revoked,
// so that what happens in between is not missed.
void WsConnection::attach(std::unique_ptr<WsConnection> connection, Upgrade upgrade) {
  WsConnection& self = *connection;
  const auth::Claims& claims = upgrade.admitted.claims;
  const auto user = std::make_shared<const User>(claims.subject, claims.username);
  const hub::Shard::Newcomer newcomer{.shown = chat::shown_user(user),
                                      .kind = upgrade.admitted.kind,
                                      .login = auth::login_id(claims.session_id),
                                      .key = auth::key_id(claims.kid),
                                      .expires = self.session_end(upgrade.admitted)};
  hub::Shard& hub = self.shard_.hub();
  const auto attached = hub.attach(newcomer, self, self.shard_.now());
  if (!attached) {
    const Response refusal = problem_retry(429, "too many connections of this user");
    return self.refuse(refusal);
  }
  self.id_ = attached->id;
  if (const auto refusal = self.taken_back(claims)) {
    self.refuse(*refusal);
    (void)hub.detach(self.id_, self.shard_.now());
    return;
  }
  self.services_.chat.arrived(user);

  chat::HistoryRequest request{.user = user->id,
                               .last_public = attached->last_public,
                               .last_private = attached->last_private,
                               .since = std::nullopt,
                               .deleted_up_to = std::nullopt,
                               .private_since = upgrade.private_since,
                               .beyond = std::nullopt,
                               .recent_max = self.services_.hub.recent_messages,
                               .resume_max = self.services_.hub.resume_messages_max};
  std::optional<hub::FramePtr> missed;  // fixed now: the recent messages move on while history is read
  if (upgrade.since) {
    const auto resume = hub.how_to_resume(*upgrade.since);
    if (resume == hub::Shard::Resume::from_store) request.since = upgrade.since;
    if (resume == hub::Shard::Resume::from_recent) missed = hub.missed_since(self.id_, *upgrade.since);
    if (resume == hub::Shard::Resume::reset) request.beyond = upgrade.since;
    if (resume != hub::Shard::Resume::reset) request.deleted_up_to = upgrade.since;
  }
  ShardThread& shard = self.shard_;
  const bool resumed = request.since.has_value() || missed.has_value();
  // The shard's loop does not end while a session of its is still joining.
  self.services_.chat.read_history(
      std::move(request),
      [&shard, resumed, missed = std::move(missed), work = boost::asio::make_work_guard(shard.context()),
       connection = std::move(connection),
       upgrade = std::move(upgrade)](std::optional<chat::History> history) mutable {
        if (history && missed) history->messages = *std::move(missed);
        shard.post([connection = std::move(connection), upgrade = std::move(upgrade), resumed,
                    history = std::move(history)]() mutable {
          welcome(std::move(connection), upgrade, resumed, std::move(history));
        });
      });
}

void WsConnection::welcome(std::unique_ptr<WsConnection> connection, const Upgrade& upgrade, bool resumed,
                           std::optional<chat::History> history) {
  WsConnection& self = *connection;
  hub::Shard& hub = self.shard_.hub();
  hub::Shard::Welcome welcome;
  welcome.prologue = std::make_shared<const std::string>(upgrade.response);
  if (resumed && history) {
    welcome.messages = history->messages;
  } else if (upgrade.since) {
    welcome.messages = *upgrade.since;
  }
  if (history) {
    welcome.private_messages = history->private_messages;
    welcome.deleted = history->deleted;
  }
  const bool refused =
      !history || self.services_.draining || !hub.welcome(self.id_, welcome, self.shard_.now());
  if (refused) {
    const auto refusal = self.taken_back(upgrade.admitted.claims);
    self.refuse(refusal ? *refusal
                        : problem_retry(503, history ? "the server is going away or too busy"
                                                     : "the message history cannot be read just now"));
    (void)hub.detach(self.id_, self.shard_.now());
    return;
  }
  self.services_.chat.joined(hub.user(self.id_).id, hub.kind(self.id_), self.started_);
  self.shard_.flush_soon();
  ShardThread& shard = self.shard_;
  shard.sessions().spawn(shard.context().get_executor(), run(std::move(connection)));
}

std::optional<Response> WsConnection::taken_back(const auth::Claims& claims) const {
  if (const auto ban = services_.chat.ban_of(claims.subject)) return problem(403, ban_text(*ban));
  if (services_.authenticator.revoked(claims)) return invalid_token(session_is_over);
  return std::nullopt;
}

// A token in the URL comes from clients that cannot renew it: their sessions live on for a fixed time.
Monotonic WsConnection::session_end(const Admitted& admitted) const {
  const auth::Options& options = services_.authenticator.options();
  const Monotonic now = shard_.now();
  if (token_place_ == TokenPlace::url) return now + options.legacy_session_max;
  return now + (admitted.claims.expires_at - services_.clock.utc());
}

void WsConnection::refuse(const Response& response) {
  const std::string text = to_text(response, Body::send, Connection::close);
  // A fresh socket has room for so little; if not, the client sees a closed connection.
  (void)::send(socket_.native_handle(), text.data(), text.size(), MSG_NOSIGNAL);
  boost::system::error_code ignored;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
}

Task<> WsConnection::run(std::unique_ptr<WsConnection> connection) {
  WsConnection& self = *connection;
  for (;;) {
    const auto [error] = co_await self.socket_.async_wait(Socket::wait_read, use_task);
    if (error || self.read() == Reading::over) break;
    if (self.renewal_) co_await self.renew_with_fresh_keys();
  }
  self.leave();
  // A handler that waits for room holds a reference: let it run.
  while (self.writing_) co_await boost::asio::post(self.shard_.context(), use_task);
}

WsConnection::Reading WsConnection::read() {
  const std::span<char> scratch = shard_.scratch();
  const ssize_t got = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Reading::goes_on : Reading::over;
  if (got == 0) return Reading::over;
  completed_ = false;
  const auto fed =
      failed_ ? websocket::Decoded::all : decoder_.feed(scratch.first(static_cast<std::size_t>(got)), *this);
  hub::Shard& hub = shard_.hub();
  const Monotonic now = shard_.now();
  if (!fed) {
    failed_ = true;
    const auto code = static_cast<protocol::CloseCode>(fed.error().close_code);
    hub.fail(id_, chat::hub_close(code, fed.error().reason), now);
  }
  // What is unfinished now began after the message that ended.
  if (completed_) hub.heard(id_, false, now);
  hub.heard(id_, !failed_ && decoder_.partial(), now);
  shard_.flush_soon();
  return Reading::goes_on;
}

// The connection is gone, whoever ended it.
void WsConnection::leave() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  const hub::Shard::Departed departed = shard_.hub().detach(id_, shard_.now());
  shard_.flush_soon();
  const Timestamp ended = services_.clock.utc();
  services_.chat.departed(departed.user.id, departed.kind, started_);
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  services_.log.info("session ended",
                     {{"user", departed.user.id.value()},
                      {"kind", departed.kind == hub::SessionKind::chat ? "chat" : "dashboard"},
                      {"address", ticket_.address().to_string()},
                      {"close_code", departed.close_code},
                      {"duration_ms", duration_cast<milliseconds>(ended - started_).count()}});
}

hub::WriteResult WsConnection::write(std::span<const std::string_view> slices) {
  std::array<iovec, slices_max> vectors;
  const std::size_t count = std::min(slices.size(), vectors.size());
  std::size_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    // iovec has no const; sendmsg only reads.
    vectors[i] = {.iov_base = const_cast<char*>(slices[i].data()), .iov_len = slices[i].size()};
    total += slices[i].size();
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = count;
  const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) {
    const bool full = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {.bytes = 0, .status = full ? hub::WriteStatus::blocked : hub::WriteStatus::dead};
  }
  const auto bytes = static_cast<std::size_t>(sent);
  return {.bytes = bytes, .status = bytes < total ? hub::WriteStatus::blocked : hub::WriteStatus::ok};
}

void WsConnection::wait_writable() {
  if (std::exchange(writing_, true)) return;
  socket_.async_wait(Socket::wait_write, [this](const boost::system::error_code& error) {
    writing_ = false;
    if (error) return;
    shard_.hub().on_writable(id_, shard_.now());
    shard_.flush_soon();
  });
}

// What is read meanwhile matters to TCP alone: closed with bytes unread, it would reset the connection, and
// the peer might never see our close frame.
void WsConnection::finish() {
  boost::system::error_code ignored;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
}

void WsConnection::end(hub::Ending how) {
  boost::system::error_code ignored;
  if (how == hub::Ending::reset) socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

bool WsConnection::on_message(std::string_view text) {
  completed_ = true;
  if (!shard_.hub().is_open(id_)) return true;
  const auto frame = protocol::parse_client_frame(text, shard_.protocol());
  if (frame) {
    std::visit([this](const auto& known) { handle(known); }, *frame);
  } else {
    answer_bad(frame.error());
  }
  return true;
}

bool WsConnection::on_ping(std::string_view payload) {
  shard_.hub().pong(id_, payload, shard_.now());
  return true;
}

// That it came is all there is to it: Shard::heard() follows.
bool WsConnection::on_pong(std::string_view /*payload*/) {
  return true;
}

void WsConnection::on_close(std::uint16_t code, std::string_view /*reason*/) {
  shard_.hub().peer_closed(id_, chat::hub_echo(code), shard_.now());
}

void WsConnection::handle(const protocol::SendChat& frame) {
  submit(services_.chat.send(frame, {shard_.index(), id_.value()}, shard_.hub().user(id_)));
}

void WsConnection::handle(const protocol::SendPrivate& frame) {
  submit(services_.chat.whisper(frame, {shard_.index(), id_.value()}, shard_.hub().user(id_)));
}

void WsConnection::submit(chat::Draft draft) {
  if (!draft) return answer_bad(draft.error());
  shard_.submit_soon(*std::move(draft));
}

void WsConnection::handle(const protocol::Authenticate& frame) {
  const auto admitted = services_.authenticator.admit(frame.token);
  if (!admitted && admitted.error().unknown_key && !renewal_) {
    renewal_ = std::make_unique<std::string>(frame.token);
    return;
  }
  renew(admitted);
}

// Nothing is read meanwhile: the answer keeps its place, and a client that floods waits.
Task<> WsConnection::renew_with_fresh_keys() {
  const auto check = [this] { return services_.authenticator.admit(*renewal_); };
  const auto admitted =
      co_await with_fresh_keys(check, services_.authenticator, shard_.context().get_executor());
  renewal_.reset();
  if (!shard_.hub().is_open(id_)) co_return;
  renew(admitted);
  shard_.flush_soon();
}

void WsConnection::renew(const std::expected<Admitted, AuthRefusal>& admitted) {
  using protocol::ErrorCode;
  hub::Shard& hub = shard_.hub();
  if (!admitted && admitted.error().status == 503) {
    const std::chrono::milliseconds retry_after{1000 * retry_after_seconds};
    return answer_bad({ErrorCode::unavailable, "token keys are being fetched", {}}, retry_after);
  }
  if (!admitted) return answer_bad({ErrorCode::bad_token, admitted.error().detail, {}});
  if (admitted->claims.subject != hub.user(id_).id || admitted->kind != hub.kind(id_)) {
    return answer_bad({ErrorCode::bad_token, "the token is for another user or application", {}});
  }
  token_place_ = TokenPlace::header;
  const auth::Claims& claims = admitted->claims;
  hub.renew(id_, auth::login_id(claims.session_id), auth::key_id(claims.kid), session_end(*admitted));
}

void WsConnection::handle(const protocol::Subscribe& frame) {
  std::vector<ChannelId> ids;
  std::vector<std::string> names;
  for (const std::string& name : frame.channels) {
    const auto channel = services_.chat.directory().channel_for(name);
    if (!channel) return answer_bad({protocol::ErrorCode::unknown_channel, "no channel has that name", {}});
    ids.push_back(channel->id);
    names.push_back(channel->name);
  }
  hub::Shard& hub = shard_.hub();
  hub.subscribe(id_, std::move(ids));
  hub.send(id_, chat::text_frame(protocol::subscribed(names)), shard_.now());
}

void WsConnection::answer_bad(const protocol::BadFrame& bad,
                              std::optional<std::chrono::milliseconds> retry_after) {
  const std::string error = protocol::error(bad.code, bad.message, bad.nonce, retry_after);
  shard_.hub().send(id_, chat::text_frame(error), shard_.now());
  shard_.count_refused(id_, services_.chat.directory().rate_limit());
}

}  // namespace chatserver::server
