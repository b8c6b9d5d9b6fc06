#include "server/server.hpp"

#include <thread>
#include <utility>

#include "base/mutex.hpp"
#include "chat/wording.hpp"
#include "metrics/page.hpp"
#include "protocol/server_frame.hpp"

namespace chatserver::server {
namespace {

// Counts down from several threads; one waits for zero.
class Countdown {
 public:
  explicit Countdown(std::size_t left) : left_(left) {}

  void one_less() {
    const MutexLock lock(mutex_);
    if (--left_ == 0) done_.notify_all();
  }
  // False when the time was up first.
  bool wait_for(std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const MutexLock lock(mutex_);
    while (left_ > 0 && done_.wait_until(mutex_, deadline)) {
    }
    return left_ == 0;
  }

 private:
  Mutex mutex_;
  ConditionVariable done_;
  std::size_t left_ CHAT_GUARDED_BY(mutex_);
};

std::vector<std::string> cors_origins(const Options& options) {
  if (!options.cors_origins.empty()) return options.cors_origins;
  return {origin_of(options.public_url)};
}

std::size_t shard_count(const Options& options) {
  if (options.threads > 0) return static_cast<std::size_t>(options.threads);
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

Server::Server(Options options, const hub::Options& hub, const protocol::Options& protocol,
               const hub::Shard::Start& start, Parts parts)
    : options_(std::move(options)),
      analytics_(parts.analytics),
      trusted_proxies_(options_.trusted_proxies),
      cors_(cors_origins(options_)),
      hosts_(options_.public_url),
      open_admin_(parts.authenticator.options(), trusted_proxies_, cors_, hosts_),
      admission_({.sessions_max = options_.sessions_max,
                  .per_address = options_.connections_per_address,
                  .per_second = options_.connects_per_second}),
      services_{.chat = parts.chat,
                .administration = parts.administration,
                .fanout = parts.fanout,
                .lookups = parts.lookups,
                .authenticator = parts.authenticator,
                .open_admin = open_admin_,
                .admission = admission_,
                .clock = parts.clock,
                .log = parts.log,
                .hub = hub} {
  const std::size_t count = shard_count(options_);
  hub::Options share = hub;
  share.presence.bytes_per_second_total =
      std::max<std::size_t>(1, hub.presence.bytes_per_second_total / count);
  const hub::FramePtr channels =
      chat::text_frame(protocol::active_channels(*parts.chat.directory().channels()));
  std::vector<ShardThread*> peers;
  for (std::size_t i = 0; i < count; ++i) {
    auto shard =
        std::make_unique<ShardThread>(static_cast<std::uint32_t>(i), share, start, parts.chat, parts.clock);
    shard->hub().set_channels(channels);
    shard->set_protocol(protocol);
    peers.push_back(shard.get());
    shards_.push_back(std::move(shard));
  }
  for (const auto& shard : shards_) shard->set_peers(peers);
}

void Server::set_limits(const Limits& limits) {
  admission_.set_limits(limits.admission);
  for (const auto& shard : shards_) {
    shard->post([&shard = *shard, limits] {
      shard.hub().set_connections_per_user(limits.connections_per_user);
      shard.set_protocol(limits.protocol);
    });
  }
}

Server::~Server() {
  stop();
}

std::vector<chat::ShardInbox*> Server::inboxes() {
  std::vector<chat::ShardInbox*> all;
  for (const auto& shard : shards_) all.push_back(shard.get());
  return all;
}

void Server::start(std::vector<Listening> listening, std::vector<Listening> metrics_listening,
                   std::vector<Route> routes) {
  router_ = std::make_unique<Router>(std::move(routes));
  metrics_router_ = std::make_unique<Router>(metrics_routes([this] { return metrics_page(); }));
  std::vector<ShardThread*> shards;
  for (const auto& shard : shards_) shards.push_back(shard.get());
  const auto edge = [&](const Router& router, std::vector<ShardThread*> for_sessions) {
    return std::make_unique<HttpEdge>(HttpEdge{.router = router,
                                               .services = services_,
                                               .options = options_,
                                               .trusted_proxies = trusted_proxies_,
                                               .cors = cors_,
                                               .hosts = hosts_,
                                               .shards = std::move(for_sessions)});
  };
  edge_ = edge(*router_, shards);
  metrics_edge_ = edge(*metrics_router_, {});
  for (Listening& one : listening) {
    listeners_.push_back(std::make_unique<Listener>(std::move(one), *edge_, shards));
  }
  for (Listening& one : metrics_listening) {
    listeners_.push_back(std::make_unique<Listener>(std::move(one), *metrics_edge_, shards));
  }
  for (const auto& listener : listeners_) listener->start();
  for (const auto& shard : shards_) shard->start();
}

bool Server::close_sessions(std::chrono::milliseconds timeout) {
  const auto gone = std::make_shared<Countdown>(shards_.size());
  const hub::Close going_away = chat::hub_close(protocol::CloseCode::going_away);
  for (const auto& shard : shards_) {
    shard->post([&shard = *shard, gone, going_away] {
      shard.hub().close_all(going_away, shard.now());
      shard.flush_soon();
      shard.sessions().when_idle([gone] { gone->one_less(); });
    });
  }
  if (gone->wait_for(timeout)) return true;
  for (const auto& shard : shards_) {
    shard->post([&shard = *shard] { shard.hub().abort_all(); });
  }
  gone->wait_for(std::chrono::seconds{1});
  return false;
}

void Server::stop() {
  if (std::exchange(stopped_, true)) return;
  for (const auto& listener : listeners_) {
    shards_.front()->post([&listener = *listener] { listener.close(); });
  }
  for (const auto& shard : shards_) {
    shard->post([&shard = *shard] {
      shard.hub().abort_all();
      shard.close_http();
    });
  }
  for (const auto& shard : shards_) shard->join();
}

std::string Server::metrics_page() const {
  const auto sum = [&](std::atomic<std::uint64_t> ShardStatistics::* member) {
    double total = 0;
    for (const auto& shard : shards_) {
      total += static_cast<double>((shard->statistics().*member).load(std::memory_order_relaxed));
    }
    return total;
  };
  metrics::Page page;
  page.gauge("chatserver_sessions", "Sessions that are connected.", sum(&ShardStatistics::sessions));
  page.gauge("chatserver_users_online", "Users that are present.",
             static_cast<double>(shards_.front()->statistics().online.load(std::memory_order_relaxed)));
  const cache::PresenceExchange::Standing nodes = services_.chat.nodes();
  page.gauge("chatserver_nodes", "Servers that share presence, as far as is known, this one included.",
             static_cast<double>(nodes.nodes));
  page.gauge("chatserver_presence_shared", "Whether it is known now who is present on the other servers.",
             nodes.works ? 1 : 0);
  page.counter("chatserver_feed_frames_sent_total", "Broadcast frames sent, each session counted.",
               sum(&ShardStatistics::feed_frames_sent));
  page.counter("chatserver_feed_writes_total", "System calls that sent broadcast frames.",
               sum(&ShardStatistics::feed_writes));
  page.counter("chatserver_writes_total", "System calls that sent anything to a session.",
               sum(&ShardStatistics::writes));
  page.counter("chatserver_bytes_sent_total", "Bytes sent to sessions.", sum(&ShardStatistics::bytes_sent));
  page.counter("chatserver_sessions_too_slow_total", "Sessions closed because they did not keep up (4008).",
               sum(&ShardStatistics::cut));
  const cache::Health health = services_.chat.health();
  const auto named = [](std::string_view state) { return state.empty() ? "ok" : state; };
  page.gauge("chatserver_store_available", "Whether the database works.", health.store.empty() ? 1 : 0);
  page.state("chatserver_store_state", "The database's state, as /readyz names it, or ok.",
             named(health.store));
  page.gauge("chatserver_cache_available", "Whether the cache works.", health.cache.empty() ? 1 : 0);
  page.state("chatserver_cache_state", "The cache's state, as /readyz names it, or ok.", named(health.cache));
  page.gauge("chatserver_backlog_messages", "Accepted messages that wait for the database.",
             static_cast<double>(health.backlog));
  page.counter("chatserver_messages_set_aside_total", "Messages that the database would not take.",
               static_cast<double>(health.set_aside));
  page.gauge("chatserver_keys_usable", "Whether tokens can be verified.",
             services_.authenticator.keys_usable() ? 1 : 0);
  page.gauge("chatserver_admin_api_open", "Whether the admin API is open to requests without a token.",
             open_admin_.open() ? 1 : 0);
  const auto showing =
      std::chrono::nanoseconds(static_cast<std::int64_t>(sum(&ShardStatistics::figures_cpu_ns)));
  page.counter("chatserver_analytics_cpu_seconds_total", "Processor time spent on the dashboards' figures.",
               std::chrono::duration<double>(analytics_.cpu_time() + showing).count());
  page.gauge("chatserver_draining", "Whether the server is shutting down.", services_.draining ? 1 : 0);
  return page.text();
}

}  // namespace chatserver::server
