#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "chat/history.hpp"
#include "hub/shard.hpp"
#include "hub/transport.hpp"
#include "protocol/client_frame.hpp"
#include "server/admission.hpp"
#include "server/asio_types.hpp"
#include "server/authenticator.hpp"
#include "server/http_response.hpp"
#include "server/services.hpp"
#include "server/shard_thread.hpp"
#include "websocket/decoder.hpp"

namespace chatserver::server {

// How the token came: one in the URL cannot be renewed by the clients that send it so.
enum class TokenPlace : std::uint8_t { url, header };

// An upgrade request that passed every check that can be made without the
// user's shard.
struct Upgrade {
  Admitted admitted;
  TokenPlace token_place = TokenPlace::url;
  std::optional<CacheId> since;
  std::optional<CacheId> private_since;
  std::string response;  // the 101, as it is sent
  Admission::Ticket ticket;
};

// One WebSocket connection: its socket, what it has read in part, and its place in the hub.
//
// Threading: its shard's. Lifetime: owns itself through the shard's task group
// once its reader runs; the hub's last use of it is before detach().
class WsConnection final : public hub::Transport, private websocket::Sink {
 public:
  // Takes over an accepted socket (a descriptor, already non-blocking) on the
  // user's shard and answers the request, with the welcome or with a refusal.
  static void begin(int descriptor, Upgrade upgrade, ShardThread& shard, Services& services);

  WsConnection(Socket socket, Upgrade& upgrade, ShardThread& shard, Services& services);
  ~WsConnection() override = default;

  hub::WriteResult write(std::span<const std::string_view> slices) override;
  void wait_writable() override;
  void finish() override;
  void end(hub::Ending how) override;

 private:
  enum class Reading : std::uint8_t { goes_on, over };

  static void attach(std::unique_ptr<WsConnection> connection, Upgrade upgrade);
  static void welcome(std::unique_ptr<WsConnection> connection, const Upgrade& upgrade, bool resumed,
                      std::optional<chat::History> history);
  static Task<> run(std::unique_ptr<WsConnection> connection);

  // Why somebody who was let in is not any more: a ban, or a token taken back.
  [[nodiscard]] std::optional<Response> taken_back(const auth::Claims& claims) const;
  [[nodiscard]] Monotonic session_end(const Admitted& admitted) const;
  void refuse(const Response& response);
  [[nodiscard]] Reading read();
  void leave();

  bool on_message(std::string_view text) override;
  bool on_ping(std::string_view payload) override;
  bool on_pong(std::string_view payload) override;
  void on_close(std::uint16_t code, std::string_view reason) override;

  void handle(const protocol::SendChat& frame);
  void handle(const protocol::SendPrivate& frame);
  void handle(const protocol::Authenticate& frame);
  void handle(const protocol::Subscribe& frame);
  void submit(chat::Draft draft);
  // With the keys that the issuer has now, for one of them signed `renewal_`.
  Task<> renew_with_fresh_keys();
  void renew(const std::expected<Admitted, AuthRefusal>& admitted);
  void answer_bad(const protocol::BadFrame& bad,
                  std::optional<std::chrono::milliseconds> retry_after = std::nullopt);

  ShardThread& shard_;
  Services& services_;
  Socket socket_;
  websocket::Decoder decoder_;
  hub::SessionId id_;
  Timestamp started_;
  Admission::Ticket ticket_;
  TokenPlace token_place_;
  std::unique_ptr<std::string> renewal_;  // the token of an `authenticate`, by a key that is not known yet
  bool writing_ = false;                  // a wait for room in the socket is pending
  bool completed_ = false;                // the last read ended a message
  bool failed_ = false;                   // the peer broke the protocol: what it sends is ignored
};

}  // namespace chatserver::server
