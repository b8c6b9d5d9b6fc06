#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <unordered_set>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"
#include "chat/chat.hpp"
#include "chat/fanout.hpp"
#include "hub/shard.hpp"
#include "protocol/options.hpp"
#include "server/task_group.hpp"

namespace chatserver::server {

// Counters of a shard that may be read while it runs.
struct ShardStatistics {
  std::atomic<std::uint64_t> sessions{0};
  std::atomic<std::uint64_t> online{0};
  std::atomic<std::uint64_t> feed_frames_sent{0};
  std::atomic<std::uint64_t> feed_writes{0};
  std::atomic<std::uint64_t> writes{0};
  std::atomic<std::uint64_t> bytes_sent{0};
  std::atomic<std::uint64_t> cut{0};
  std::atomic<std::uint64_t> figures_cpu_ns{0};
};

// One thread with its io_context, and the hub::Shard whose sessions live on it.
// Nothing on it is locked or shared; others reach it by post().
//
// Threading: post(), the ShardInbox and statistics() from any thread; the rest
// on the shard's own, but for start() and join().
class ShardThread final : public chat::ShardInbox {
 public:
  ShardThread(std::uint32_t index, const hub::Options& options, hub::Shard::Start start, chat::Chat& chat,
              const Clock& clock);
  ~ShardThread() override;

  // All shards, this one included; before start().
  void set_peers(std::vector<ShardThread*> peers) { peers_ = std::move(peers); }
  void start();
  // Lets the thread end once nothing is left to do, and waits for it.
  void join();

  // Runs on the shard's thread, after what was posted before.
  void post(std::move_only_function<void()> work);
  void post(chat::ShardDelivery delivery) override;

  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] hub::Shard& hub() noexcept { return hub_; }
  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] Monotonic now() const noexcept { return clock_.monotonic(); }
  [[nodiscard]] TaskGroup& sessions() noexcept { return sessions_; }
  [[nodiscard]] TaskGroup& http_connections() noexcept { return http_connections_; }
  // Sockets that speak HTTP just now; what comes after close_http() is closed at once.
  void enter_http(Socket& socket);
  void leave_http(Socket& socket) { http_sockets_.erase(&socket); }
  void close_http();
  // What sockets are read into: one buffer a shard, because nobody keeps bytes in it.
  [[nodiscard]] std::span<char> scratch() noexcept { return scratch_; }
  [[nodiscard]] const ShardStatistics& statistics() const noexcept { return statistics_; }

  // To be called after whatever may have given a session something to send.
  void flush_soon();
  // Hands a message on with all others that the sockets had ready at the same time.
  void submit_soon(chat::Submission submission);
  // A refused frame; closes the session when there were too many.
  void count_refused(hub::SessionId session, const RateLimit& limit);
  [[nodiscard]] const protocol::Options& protocol() const noexcept { return protocol_; }
  void set_protocol(const protocol::Options& options) { protocol_ = options; }

 private:
  void take(const chat::ShardDelivery& delivery);
  void show_figures();
  void share_presence();
  void tick();
  void publish_statistics();

  const std::uint32_t index_;
  chat::Chat& chat_;
  const Clock& clock_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer ticker_;
  std::vector<hub::PresenceChange> presence_;       // to be shared with the peers
  std::vector<hub::PresenceChange> presence_here_;  // and with the other nodes
  hub::Shard hub_;
  TaskGroup sessions_;
  TaskGroup http_connections_;
  std::unordered_set<Socket*> http_sockets_;
  std::vector<char> scratch_;
  ShardStatistics statistics_;
  protocol::Options protocol_;
  std::vector<ShardThread*> peers_;
  std::vector<chat::Submission> submissions_;  // of this turn of the loop
  bool http_closed_ = false;
  bool stopping_ = false;
  bool flush_pending_ = false;
  std::thread thread_;
};

}  // namespace chatserver::server
