#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "auth/revocations.hpp"
#include "base/clock.hpp"
#include "chat/fanout.hpp"
#include "model/ids.hpp"

namespace chatserver::chat {

// How long the tokens of a login that has ended are refused: longer than access
// tokens live anywhere.
inline constexpr std::chrono::hours ended_login_remembered{24};

// Takes back what a token gave: refuses the tokens from now on, and closes the
// sessions that live by them with 4001, on every shard.
//
// In this order, while a session that is being opened registers first and asks
// whether its token was revoked then. So one that was checked before and
// registers after does not slip through.
//
// What has been ended already is not ended again: sessions that were opened since stay.
//
// Threading: any; set_shards() before the first call.
class SessionEnder {
 public:
  explicit SessionEnder(auth::Revocations& revocations) : revocations_(revocations) {}

  void set_shards(std::vector<ShardInbox*> shards) { shards_ = std::move(shards); }

  // Everything that the subject got until now: a disabled account, a new password or role.
  void end_subject(const UserId& subject, Timestamp now);
  // What came of one login (`sid`), whose user may be known.
  void end_login(std::string_view session_id, const std::optional<UserId>& user, Timestamp now);
  // What a key has signed, which verifies no more already.
  void end_key(std::string_view kid);

 private:
  void post(const ShardChange& change);

  auth::Revocations& revocations_;
  std::vector<ShardInbox*> shards_;
};

}  // namespace chatserver::chat
