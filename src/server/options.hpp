#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace chatserver::server {

struct Options {
  // `host:port`, `[v6]:port` or `unix:/path`; port 0 takes a free one.
  std::vector<std::string> listen{"127.0.0.1:8080"};

  // What clients show, at most 36 characters; empty: the public host name.
  std::string name;
  // `https://chat.example.org`; empty: from the first listener.
  std::string public_url;

  // Addresses or CIDR blocks whose X-Forwarded-For counts.
  std::vector<std::string> trusted_proxies{"127.0.0.0/8", "::1/128"};
  // Origins that may call the API from a browser; empty: public_url's. `*`: any.
  std::vector<std::string> cors_origins;
  // Directory of the web app; empty: none is served.
  std::string web_root;

  // Shards; 0: one a core.
  int threads = 0;

  std::size_t connections_per_address = 200;  // 0: no limit; IPv6 by /64
  std::size_t connects_per_second = 0;        // 0: no limit
  std::size_t sessions_max = 0;               // 0: from the open-files limit

  std::chrono::milliseconds handshake_timeout{5000};  // for a whole HTTP request to arrive
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 64 * 1024;

  std::chrono::milliseconds drain_timeout{10'000};

  // Where /metrics is served; empty: nowhere.
  std::string metrics_listen = "127.0.0.1:9090";
};

}  // namespace chatserver::server
