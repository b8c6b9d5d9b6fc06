#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "hub/shard.hpp"
#include "support/scripted_transport.hpp"
#include "support/server_frames.hpp"
#include "websocket/frame.hpp"

namespace chatserver::test {

inline hub::FramePtr text_frame(std::string_view text) {
  return std::make_shared<const std::string>(websocket::encode_frame(websocket::Opcode::text, text));
}

inline hub::Close close_with(std::uint16_t code) {
  return {.code = code, .frame = std::make_shared<const std::string>(websocket::encode_close(code, {}))};
}

// Words that tests can read: `bulk[m1,m2]`, `users[ann:true}]`, `status ann:false}`.
inline hub::Wording test_wording() {
  return {.presence = {.status_head = "status ",
                       .status_tail = "",
                       .list_head = "users[",
                       .list_tail = "]",
                       .list_tail_total = "] of ",
                       .list_end = ""},
          .bulk = {.head = "bulk[", .tail = "]", .tail_truncated = "]truncated", .tail_reset = "]reset"},
          .too_slow = close_with(4008),
          .expired = close_with(4001),
          .unfinished = close_with(1002)};
}

// The public message `m<id>`; with a nonce its author reads `m<id>+nonce` in bulk.
enum class WithNonce { no, yes };
inline std::shared_ptr<const hub::PublicMessage> public_message(std::int64_t id,
                                                                ChannelId channel = ChannelId(1),
                                                                std::string_view author = "author",
                                                                WithNonce nonce = WithNonce::no) {
  auto message = std::make_shared<hub::PublicMessage>();
  message->object = "m" + std::to_string(id);
  message->id = CacheId(id);
  message->channel = channel;
  message->author = UserId(std::string(author));
  message->frame = *text_frame(message->object);
  if (nonce == WithNonce::yes) message->own_object = message->object + "+nonce";
  return message;
}

// A client of a shard: its socket, and what it has read.
struct ShardClient {
  ScriptedTransport transport;
  hub::Shard::Attached attached;

  [[nodiscard]] hub::SessionId id() const { return attached.id; }

  [[nodiscard]] std::vector<ServerFrame> frames() const {
    return read_server_frames(transport.received()).frames;
  }
  // Text frames but for those about presence.
  [[nodiscard]] std::vector<std::string> texts() const {
    return filtered(
        [](std::string_view text) { return !text.starts_with("status ") && !text.starts_with("users["); });
  }
  [[nodiscard]] std::vector<std::string> presence() const {
    return filtered([](std::string_view text) { return text.starts_with("status "); });
  }
  [[nodiscard]] std::string user_list() const {
    const auto lists = filtered([](std::string_view text) { return text.starts_with("users["); });
    return lists.size() == 1 ? lists.front() : "there is not one list";
  }
  // Of the last frame; 0: that is no close frame.
  [[nodiscard]] std::uint16_t close_code() const {
    const auto all = frames();
    const bool closed = !all.empty() && all.back().opcode == websocket::Opcode::close;
    return closed ? all.back().close_code() : 0;
  }
  [[nodiscard]] std::size_t count(websocket::Opcode opcode) const {
    std::size_t found = 0;
    for (const ServerFrame& frame : frames()) found += frame.opcode == opcode ? 1 : 0;
    return found;
  }

 private:
  template <class Wanted>
  [[nodiscard]] std::vector<std::string> filtered(Wanted wanted) const {
    std::vector<std::string> texts;
    for (const ServerFrame& frame : frames()) {
      if (frame.opcode == websocket::Opcode::text && wanted(frame.payload)) texts.push_back(frame.payload);
    }
    return texts;
  }
};

// A user whose name is the id, shown in presence as `object`.
inline hub::ShownUserPtr shown_user(std::string_view id, std::string object) {
  auto user = std::make_shared<const User>(UserId(std::string(id)), std::string(id));
  return std::make_shared<const hub::ShownUser>(std::move(user), std::move(object));
}

// A shard with clients and a clock that stands still. Options are to be set
// before the first use of shard().
class ShardTest : public testing::Test {
 protected:
  ShardTest() {
    options.feed_bytes = 64 * 1024;
    options.outbox_bytes = 4 * 1024;
    options.presence.grace = std::chrono::milliseconds{3000};
  }
  ~ShardTest() override {
    if (!shard_) return;
    for (const auto& client : clients_) {
      if (!gone(*client)) detach(*client);
    }
  }

  hub::Shard& shard() {
    if (!shard_) {
      shard_ = std::make_unique<hub::Shard>(
          options, test_wording(),
          hub::Shard::Start{.last_public = {}, .last_private = {}, .complete_after = {}, .recent = {}},
          hub::Shard::OnPresence{
              .anywhere = [this](const hub::PresenceChange& change) { announced.push_back(change); },
              .here = [this](const hub::PresenceChange& change) { announced_here.push_back(change); }},
          now());
    }
    return *shard_;
  }

  [[nodiscard]] Monotonic now() const { return clock.monotonic(); }
  // Lets time pass as the loop does: tick by tick, flushing.
  void pass(std::chrono::milliseconds time) {
    for (const Monotonic end = now() + time; now() < end;) {
      clock.advance(hub::Wheel::tick);
      shard().tick(now());
      flush();
    }
  }
  void flush() {
    for (int rounds = 0; shard().wants_flush() && rounds < 10; ++rounds) shard().flush(now());
  }

  // Registers a client that is not welcomed yet; null when it may not.
  ShardClient* join(std::string_view user, hub::SessionKind kind = hub::SessionKind::chat,
                    Monotonic expires = Monotonic::max(), LoginId login = {}, KeyId key = {}) {
    auto client = std::make_unique<ShardClient>();
    const hub::Shard::Newcomer newcomer{.shown = shown_user(user, std::string(user) + ":"),
                                        .kind = kind,
                                        .login = login,
                                        .key = key,
                                        .expires = expires};
    const auto attached = shard().attach(newcomer, client->transport, now());
    if (!attached) return nullptr;
    client->attached = *attached;
    clients_.push_back(std::move(client));
    return clients_.back().get();
  }
  bool welcome(ShardClient& client, hub::Shard::Welcome words = {}) {
    return shard().welcome(client.id(), words, now());
  }
  // A client that was welcomed and has read its welcome.
  ShardClient& connect(std::string_view user, hub::SessionKind kind = hub::SessionKind::chat) {
    ShardClient& client = *join(user, kind);
    EXPECT_TRUE(welcome(client));
    flush();
    return client;
  }
  hub::Shard::Departed detach(ShardClient& client) {
    gone_.push_back(&client);
    return shard().detach(client.id(), now());
  }
  [[nodiscard]] bool gone(const ShardClient& client) const {
    return std::find(gone_.begin(), gone_.end(), &client) != gone_.end();
  }

  // Delivers the next public message.
  std::string publish(ChannelId channel = ChannelId(1)) {
    const auto message = public_message(++last_id_, channel);
    shard().deliver({.messages = {message}, .private_frames = {}}, now());
    return message->object;
  }
  void whisper(std::string_view from, std::string_view to, std::string_view text) {
    shard().deliver({.messages = {},
                     .private_frames = {{.id = CacheId(++last_private_id_),
                                         .author = UserId(std::string(from)),
                                         .recipient = UserId(std::string(to)),
                                         .frame = text_frame(text)}}},
                    now());
  }
  // The socket has room again.
  void make_room(ShardClient& client, std::size_t bytes = ScriptedTransport::endless) {
    client.transport.set_room(bytes);
    if (client.transport.take_waiting()) shard().on_writable(client.id(), now());
    flush();
  }

  hub::Options options;
  ManualClock clock;
  std::vector<hub::PresenceChange> announced;       // of any node
  std::vector<hub::PresenceChange> announced_here;  // of this one

 private:
  std::vector<std::unique_ptr<ShardClient>> clients_;
  std::vector<const ShardClient*> gone_;
  std::unique_ptr<hub::Shard> shard_;
  std::int64_t last_id_ = 0;
  std::int64_t last_private_id_ = 0;
};

}  // namespace chatserver::test
