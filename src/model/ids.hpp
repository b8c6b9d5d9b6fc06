#pragma once

#include <cstdint>
#include <string>

#include "base/strong_id.hpp"

namespace chatserver {

// A user, as the token's `sub` names them. Decides everything; names are labels.
using UserId = StrongId<struct UserIdTag, std::string>;

// A channel, whatever it is called just now. Positive; 0 is no channel.
using ChannelId = StrongId<struct ChannelIdTag, std::int64_t>;

// A message in its stream (public or private): positive, unique and strictly
// increasing a stream, never given out twice. 0 is before the first.
using CacheId = StrongId<struct CacheIdTag, std::int64_t>;

// One login at the issuer: all tokens that come of it carry the same `sid`, of
// which this is a hash. 0 is none.
using LoginId = StrongId<struct LoginIdTag, std::uint64_t>;

// A key that tokens are signed with: a hash of its `kid`. 0 is one without.
using KeyId = StrongId<struct KeyIdTag, std::uint64_t>;

using BanId = StrongId<struct BanIdTag, std::int64_t>;

}  // namespace chatserver
