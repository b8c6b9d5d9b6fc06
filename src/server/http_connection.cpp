#include "server/http_connection.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "chat/fanout.hpp"
#include "server/upgrade.hpp"
#include "server/ws_connection.hpp"

namespace chatserver::server {
namespace {

constexpr std::chrono::seconds idle_timeout{60};  // between two requests

using Timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Cancels what a socket waits for when the time is up.
class Deadline {
 public:
  Deadline(Socket& socket, Executor executor) : state_(std::make_shared<State>(socket, Timer(executor))) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() {
    state_->gone = true;
    state_->timer.cancel();
  }

  void set(std::chrono::milliseconds after) {
    state_->passed = false;
    state_->timer.expires_after(after);
    state_->timer.async_wait([state = state_](const boost::system::error_code& error) {
      if (error || state->gone || state->timer.expiry() > std::chrono::steady_clock::now()) return;
      state->passed = true;
      boost::system::error_code ignored;
      state->socket.cancel(ignored);
    });
  }
  [[nodiscard]] bool passed() const { return state_->passed; }

 private:
  struct State {
    State(Socket& s, Timer t) : socket(s), timer(std::move(t)) {}
    Socket& socket;
    Timer timer;
    bool passed = false;
    bool gone = false;
  };
  std::shared_ptr<State> state_;
};

Body body_for(const Request& request) {
  return request.method == "HEAD" ? Body::omit : Body::send;
}

class HttpConnection {
 public:
  HttpConnection(const Peer& peer, const HttpEdge& edge, ShardThread& shard)
      : edge_(edge),
        shard_(shard),
        address_(peer.address),
        loopback_(peer.loopback),
        socket_(shard.context(), boost::asio::generic::stream_protocol(AF_INET, IPPROTO_TCP),
                peer.descriptor),
        deadline_(socket_, shard.context().get_executor()),
        reader_(edge.options.header_bytes, [this](std::string_view method, std::string_view path) {
          return std::min(edge_.router.body_bytes(method, path), edge_.options.body_bytes);
        }) {
    shard_.enter_http(socket_);
  }
  ~HttpConnection() { shard_.leave_http(socket_); }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  Task<> serve() {
    for (;;) {
      std::optional<Request> request = co_await read_request();
      if (!request) co_return;
      if (request->path == "/ws" && !edge_.shards.empty()) {
        co_return co_await serve_upgrade(*request);
      }
      const bool keep = co_await serve_request(*request);
      if (!keep) break;
    }
    co_await linger();
  }

 private:
  // Nothing when the connection is over; what was wrong has been answered.
  Task<std::optional<Request>> read_request() {
    bool begun = reader_.partial();
    deadline_.set(begun || first_ ? edge_.options.handshake_timeout : idle_timeout);
    for (;;) {
      auto next = reader_.next();
      if (!next) {
        co_await refuse(problem(next.error().status, next.error().detail));
        co_await linger();
        co_return std::nullopt;
      }
      if (*next) {
        first_ = false;
        co_return resolve(**std::move(next));
      }
      const auto [error] = co_await socket_.async_wait(Socket::wait_read, use_task);
      if (error) {
        if (deadline_.passed() && reader_.partial()) {
          co_await refuse(problem(408, "the request did not arrive in time"));
        }
        co_return std::nullopt;
      }
      const auto scratch = shard_.scratch();
      const ssize_t got = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got <= 0) co_return std::nullopt;
      reader_.append({scratch.data(), static_cast<std::size_t>(got)});
      if (!std::exchange(begun, true)) deadline_.set(edge_.options.handshake_timeout);
    }
  }

  // Of a request that cannot be read no more is known than its Origin.
  Task<> refuse(Response response) {
    edge_.cors.allow_origin(reader_.origin(), response);
    co_await send(response, Body::send, Connection::close);
  }

  Request resolve(Request request) const {
    std::string forwarded;
    const auto [begin, end] = request.headers.equal_range("x-forwarded-for");
    for (auto it = begin; it != end; ++it) forwarded += (forwarded.empty() ? "" : ",") + it->second;
    request.peer = address_;
    request.client = client_address(address_, forwarded, edge_.trusted_proxies);
    return request;
  }

  [[nodiscard]] bool host_is_ours(const Request& request) const {
    const auto host = request.header("host");
    return !loopback_ || !host || edge_.hosts.accepts(*host);
  }

  // Whether the connection goes on.
  Task<bool> serve_request(const Request& request) {
    std::optional<Response> response;
    if (host_is_ours(request)) {
      response = co_await edge_.router.answer(request, edge_.services, shard_.context().get_executor());
    } else {
      response = problem(421, "this server is not called by that Host");
    }
    edge_.cors.allow(request, *response);
    const Connection connection = request.keep_alive ? Connection::keep_alive : Connection::close;
    const bool sent = co_await send(*response, body_for(request), connection);
    co_return sent&& request.keep_alive;
  }

  Task<> serve_upgrade(const Request& request) {
    std::optional<std::expected<Upgrade, Response>> decided;
    if (!host_is_ours(request)) {
      decided.emplace(std::unexpected(problem(421, "this server is not called by that Host")));
    } else if (!reader_.rest().empty()) {
      // RFC 6455 §4.1: the client must wait for our answer before it sends frames.
      decided.emplace(std::unexpected(problem(400, "frames were sent before the handshake ended")));
    } else {
      decided.emplace(co_await decide_upgrade(request, edge_.services, shard_.context().get_executor()));
    }
    if (!*decided) {
      edge_.cors.allow(request, decided->error());
      co_await send(decided->error(), body_for(request), Connection::close);
      co_return co_await linger();
    }
    hand_over(**std::move(decided));
  }

  // To the shard that owns all sessions of the user, where its welcome has all that anybody has seen until
  // now.
  void hand_over(Upgrade upgrade) {
    const std::size_t at = chat::shard_of(upgrade.admitted.claims.subject, edge_.shards.size());
    ShardThread& owner = *edge_.shards[at];
    Services& services = edge_.services;
    boost::system::error_code error;
    const int descriptor = socket_.release(error);
    if (error) return;
    services.fanout.between_deliveries([&] {
      owner.post([descriptor, upgrade = std::move(upgrade), &owner, &services]() mutable {
        WsConnection::begin(descriptor, std::move(upgrade), owner, services);
      });
    });
  }

  Task<bool> send(const Response& response, Body body, Connection connection) {
    const std::string text = to_text(response, body, connection);
    deadline_.set(idle_timeout);
    const auto buffer = boost::asio::buffer(text);
    const auto [error, bytes] = co_await boost::asio::async_write(socket_, buffer, use_task);
    co_return !error;
  }

  // Closes so that the answer arrives: what the peer still sends is read for a
  // moment, else the kernel would reset the connection (RFC 9112 §9.6).
  Task<> linger() {
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    deadline_.set(std::chrono::seconds{1});
    for (std::size_t left = 16; left > 0; --left) {
      const auto [error] = co_await socket_.async_wait(Socket::wait_read, use_task);
      const auto scratch = shard_.scratch();
      if (error || ::recv(socket_.native_handle(), scratch.data(), scratch.size(), MSG_DONTWAIT) <= 0) break;
    }
  }

  const HttpEdge& edge_;
  ShardThread& shard_;
  const Address address_;
  const bool loopback_;
  Socket socket_;
  Deadline deadline_;
  RequestReader reader_;
  bool first_ = true;
};

}  // namespace

Task<> serve_http(Peer peer, const HttpEdge& edge, ShardThread& shard) {
  HttpConnection connection(peer, edge, shard);
  co_await connection.serve();
}

}  // namespace chatserver::server
