#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "chat/fanout.hpp"
#include "hub/options.hpp"
#include "hub/shard.hpp"
#include "protocol/options.hpp"
#include "server/admission.hpp"
#include "server/http_connection.hpp"
#include "server/listener.hpp"
#include "server/options.hpp"
#include "server/routes/routes.hpp"
#include "server/services.hpp"
#include "server/shard_thread.hpp"

namespace chatserver::server {

// Everything that has sockets: shards, listeners, routes.
//
// Threading: startup. Lifetime: start(), then drain(), then destruction.
class Server {
 public:
  struct Parts {
    chat::Chat& chat;
    chat::Administration& administration;
    chat::Fanout& fanout;
    chat::Lookups& lookups;
    const chat::Analytics& analytics;
    const Authenticator& authenticator;
    const Clock& clock;
    Log& log;
  };

  // `listening` and `metrics_listening` are taken over; `start` is the world that the shards begin with.
  Server(Options options, const hub::Options& hub, const protocol::Options& protocol,
         const hub::Shard::Start& start, Parts parts);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // For the fan-out, in the order of their indices.
  [[nodiscard]] std::vector<chat::ShardInbox*> inboxes();

  // Begins to accept connections.
  void start(std::vector<Listening> listening, std::vector<Listening> metrics_listening,
             std::vector<Route> routes);

  // What may change while it runs; a frame's size counts for sessions that begin after it.
  struct Limits {
    Admission::Limits admission;
    std::size_t connections_per_user = 0;  // 0: no limit
    protocol::Options protocol;
  };
  void set_limits(const Limits& limits);

  // No new sessions from now on; HTTP is still answered.
  void begin_drain() { services_.draining = true; }
  // Sends every session what it has not had yet and the close frame, and waits
  // until they are gone or the time is up. False when some had to be cut off.
  bool close_sessions(std::chrono::milliseconds timeout);
  // Ends HTTP too, and the threads.
  void stop();

 private:
  [[nodiscard]] std::string metrics_page() const;

  const Options options_;
  const chat::Analytics& analytics_;
  const AddressSet trusted_proxies_;
  const Cors cors_;
  const HostPolicy hosts_;
  const OpenAdmin open_admin_;
  Admission admission_;
  Services services_;
  std::vector<std::unique_ptr<ShardThread>> shards_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Router> metrics_router_;
  std::unique_ptr<HttpEdge> edge_;
  std::unique_ptr<HttpEdge> metrics_edge_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  bool stopped_ = false;
};

}  // namespace chatserver::server
