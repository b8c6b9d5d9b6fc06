#pragma once

#include <string>

#include "base/clock.hpp"
#include "model/ids.hpp"
#include "model/user.hpp"

namespace chatserver {

// A public message as it was accepted. `channel` is the channel's name when the
// message was read or delivered; `channel_id` is what counts.
struct Message {
  CacheId cache_id;
  User author;
  ChannelId channel_id;
  std::string channel;
  std::string text;
  Timestamp authored_at;
  std::string nonce;  // the author's, empty when none was sent

  friend bool operator==(const Message&, const Message&) = default;
};

struct PrivateMessage {
  CacheId cache_id;
  User author;
  User recipient;
  std::string text;
  Timestamp authored_at;
  std::string nonce;

  friend bool operator==(const PrivateMessage&, const PrivateMessage&) = default;
};

}  // namespace chatserver
