#include "chat/session_ender.hpp"

#include "chat/wording.hpp"

namespace chatserver::chat {
namespace {

hub::Close session_over() {
  return hub_close(protocol::CloseCode::token_expired, "session over");
}

}  // namespace

void SessionEnder::end_subject(const UserId& subject, Timestamp now) {
  if (!revocations_.revoke_subject(subject, now)) return;
  post(CloseUser{.user = subject, .close = session_over()});
}

void SessionEnder::end_login(std::string_view session_id, const std::optional<UserId>& user, Timestamp now) {
  if (session_id.empty()) return;
  if (!revocations_.revoke_session(session_id, now, now + ended_login_remembered)) return;
  post(CloseLogin{.login = auth::login_id(session_id), .user = user, .close = session_over()});
}

void SessionEnder::end_key(std::string_view kid) {
  if (kid.empty()) return;
  post(CloseKey{.key = auth::key_id(kid), .close = session_over()});
}

void SessionEnder::post(const ShardChange& change) {
  for (ShardInbox* shard : shards_) shard->post({.broadcast = nullptr, .direct = {}, .changes = {change}});
}

}  // namespace chatserver::chat
