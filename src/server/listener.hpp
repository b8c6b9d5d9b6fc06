#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "server/http_connection.hpp"
#include "server/shard_thread.hpp"

namespace chatserver::server {

// A bound and listening socket. No SO_REUSEPORT: a second server on the same
// port is to fail, not to share.
struct Listening {
  int descriptor = -1;
  std::string address;    // as bound: port 0 is resolved
  bool loopback = false;  // only this machine reaches it
};

// `host:port`, `[v6]:port` or `unix:/path`. The error names the address and the reason.
[[nodiscard]] std::expected<Listening, std::string> open_listener(std::string_view address);

// Accepts connections and hands them to the shards in turn.
// Threading: the first shard's, but for construction.
class Listener {
 public:
  Listener(Listening listening, const HttpEdge& edge, std::vector<ShardThread*> shards);

  void start() { wait(); }
  void close();

 private:
  void wait();
  void accept_all();

  const HttpEdge& edge_;
  const std::vector<ShardThread*> shards_;
  const std::string address_;
  const bool loopback_;
  boost::asio::posix::basic_stream_descriptor<Executor> socket_;
  boost::asio::steady_timer pause_;
  std::size_t next_ = 0;
};

}  // namespace chatserver::server
