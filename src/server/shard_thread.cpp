#include "server/shard_thread.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <pthread.h>

#include "base/cpu_time.hpp"
#include "chat/wording.hpp"

namespace chatserver::server {
namespace {

constexpr std::size_t scratch_bytes = std::size_t{64} * 1024;
// Refused frames in one window, as a multiple of the rate limit, that end a session.
constexpr std::int64_t flooding_factor = 10;

}  // namespace

ShardThread::ShardThread(std::uint32_t index, const hub::Options& options, hub::Shard::Start start,
                         chat::Chat& chat, const Clock& clock)
    : index_(index),
      chat_(chat),
      clock_(clock),
      work_(context_.get_executor()),
      ticker_(context_),
      hub_(options, chat::hub_wording(), std::move(start),
           {.anywhere = [this](const hub::PresenceChange& change) { presence_.push_back(change); },
            .here = [this](const hub::PresenceChange& change) { presence_here_.push_back(change); }},
           clock.monotonic()),
      scratch_(scratch_bytes) {}

ShardThread::~ShardThread() {
  join();
}

void ShardThread::start() {
  tick();
  thread_ = std::thread([this] {
    const std::string name = "shard-" + std::to_string(index_);
    pthread_setname_np(pthread_self(), name.c_str());
    context_.run();
  });
}

void ShardThread::join() {
  if (!thread_.joinable()) return;
  post([this] {
    stopping_ = true;
    ticker_.cancel();
    work_.reset();
  });
  thread_.join();
}

void ShardThread::post(std::move_only_function<void()> work) {
  boost::asio::post(context_, std::move(work));
}

void ShardThread::post(chat::ShardDelivery delivery) {
  boost::asio::post(context_, [this, delivery = std::move(delivery)] { take(delivery); });
}

void ShardThread::take(const chat::ShardDelivery& delivery) {
  const Monotonic now = this->now();
  if (delivery.broadcast) hub_.deliver(*delivery.broadcast, now);
  for (const chat::DirectFrame& direct : delivery.direct) {
    if (direct.original) {
      hub_.answer(direct.session, *direct.original, direct.frame, now);
    } else {
      hub_.send(direct.session, direct.frame, now);
      count_refused(direct.session, chat_.directory().rate_limit());
    }
  }
  for (const chat::ShardChange& change : delivery.changes) {
    if (const auto* close = std::get_if<chat::CloseUser>(&change)) {
      hub_.close_user(close->user, close->close, now);
    } else if (const auto* login = std::get_if<chat::CloseLogin>(&change)) {
      hub_.close_login(login->login, login->user, login->close, now);
    } else if (const auto* key = std::get_if<chat::CloseKey>(&change)) {
      hub_.close_key(key->key, key->close, now);
    } else if (const auto* forget = std::get_if<chat::ForgetMessages>(&change)) {
      hub_.forget_messages(forget->ids);
      for (const hub::FramePtr& frame : forget->frames) hub_.announce(frame, now);
    } else if (const auto* replace = std::get_if<chat::ReplaceMessages>(&change)) {
      hub_.replace_messages(replace->messages);
    } else if (const auto* channels = std::get_if<chat::ShowChannels>(&change)) {
      hub_.set_channels(channels->frame);
      hub_.announce(channels->frame, now);
    } else if (const auto* show = std::get_if<chat::ShowFigures>(&change)) {
      hub_.set_figures(show->frames);
      show_figures();
    } else if (const auto* elsewhere = std::get_if<chat::PresentElsewhere>(&change)) {
      hub_.apply_elsewhere(elsewhere->changes);
    } else if (const auto* over = std::get_if<chat::StartOver>(&change)) {
      hub_.start_over(*over->start, now);
    }
  }
  flush_soon();
}

void ShardThread::show_figures() {
  const auto begun = thread_cpu_time();
  hub_.show_figures(now());
  statistics_.figures_cpu_ns += static_cast<std::uint64_t>((thread_cpu_time() - begun).count());
}

void ShardThread::count_refused(hub::SessionId session, const RateLimit& limit) {
  const Monotonic now = this->now();
  if (hub_.count_refused(session, now, limit.window) <= flooding_factor * limit.messages) return;
  hub_.close(session, chat::hub_close(protocol::CloseCode::flooding), hub::Shard::After::current_frame, now);
}

// One hop: the handlers of all sockets that were ready come first. Their messages
// then are one batch and one commit, where a writer that is woken by the first
// would leave the others behind.
void ShardThread::submit_soon(chat::Submission submission) {
  submissions_.push_back(std::move(submission));
  if (submissions_.size() > 1) return;
  boost::asio::post(context_, [this] { chat_.submit(std::exchange(submissions_, {})); });
}

// Two hops through the loop: it looks at the sockets and the other threads' work
// once more before anything is written, so that what arrives together leaves together.
void ShardThread::flush_soon() {
  if (flush_pending_ || (!hub_.wants_flush() && presence_here_.empty())) return;
  flush_pending_ = true;
  boost::asio::post(context_, [this] {
    boost::asio::post(context_, [this] {
      flush_pending_ = false;
      share_presence();
      hub_.flush(now());
      flush_soon();
    });
  });
}

void ShardThread::enter_http(Socket& socket) {
  boost::system::error_code ignored;
  if (http_closed_) socket.close(ignored);
  http_sockets_.insert(&socket);
}

void ShardThread::close_http() {
  http_closed_ = true;
  boost::system::error_code ignored;
  for (Socket* socket : http_sockets_) socket->close(ignored);
}

void ShardThread::share_presence() {
  if (!presence_here_.empty()) chat_.present_here(std::exchange(presence_here_, {}));
  if (presence_.empty()) return;
  const auto changes = std::make_shared<const std::vector<hub::PresenceChange>>(std::exchange(presence_, {}));
  for (ShardThread* peer : peers_) {
    if (peer == this) continue;
    peer->post([peer, changes] {
      peer->hub_.apply_presence(*changes);
      peer->flush_soon();
    });
  }
}

void ShardThread::tick() {
  ticker_.expires_after(hub::Wheel::tick);
  ticker_.async_wait([this](const boost::system::error_code& error) {
    // A tick that was due already when join() cancelled it comes without an error.
    if (error || stopping_) return;
    hub_.tick(now());
    show_figures();
    flush_soon();
    if (index_ == 0) chat_.tick();  // one shard's turn is enough for all
    publish_statistics();
    tick();
  });
}

void ShardThread::publish_statistics() {
  const hub::ShardCounters& counters = hub_.counters();
  constexpr auto relaxed = std::memory_order_relaxed;
  statistics_.sessions.store(hub_.sessions(), relaxed);
  statistics_.online.store(hub_.online(), relaxed);
  statistics_.feed_frames_sent.store(counters.feed_frames_sent, relaxed);
  statistics_.feed_writes.store(counters.feed_writes, relaxed);
  statistics_.writes.store(counters.writes, relaxed);
  statistics_.bytes_sent.store(counters.bytes_sent, relaxed);
  statistics_.cut.store(counters.cut, relaxed);
}

}  // namespace chatserver::server
