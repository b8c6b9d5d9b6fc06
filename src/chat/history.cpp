#include "chat/history.hpp"

#include <string>
#include <vector>

#include "chat/wording.hpp"
#include "protocol/server_frame.hpp"

namespace chatserver::chat {
namespace {

// An id above ours is not from nowhere when another server has shown it. The client would be shown again
// what comes up to it.
void check_not_behind(const HistoryRequest& request, cache::MessageCache& cache) {
  const CacheId seen = request.beyond.value_or(CacheId{});
  const CacheId seen_privately = request.private_since.value_or(CacheId{});
  if (seen <= request.last_public && seen_privately <= request.last_private) return;
  const store::IdMarks given_out = cache.given_out();
  const bool behind = (seen > request.last_public && seen <= given_out.messages) ||
                      (seen_privately > request.last_private && seen_privately <= given_out.private_messages);
  if (behind) throw store::Unavailable("the client has seen more than has come to this server yet");
}

// The author alone gets nonces back.
protocol::Nonce nonce_for(const UserId& author, const UserId& reader) {
  return author == reader ? protocol::Nonce::include : protocol::Nonce::omit;
}

hub::FramePtr read_messages(const HistoryRequest& request, cache::MessageCache& cache) {
  const store::Messages read =
      cache.messages_between(*request.since, request.last_public, request.resume_max);
  if (read.messages.empty()) return nullptr;
  std::vector<std::string> objects;
  for (const Message& message : read.messages) {
    objects.push_back(protocol::message_object(message, nonce_for(message.author.id, request.user)));
  }
  return text_frame(protocol::bulk_chat_messages(objects, {.truncated = read.truncated}));
}

hub::FramePtr read_private_messages(const HistoryRequest& request, cache::MessageCache& cache) {
  // An id that was never given out: everything, as in a first welcome.
  const bool reset = request.private_since && *request.private_since > request.last_private;
  const bool first = !request.private_since || reset;
  if (!first && *request.private_since == request.last_private) return nullptr;
  const store::PrivateMessages read =
      first ? cache.newest_private_messages(request.user, request.last_private, request.recent_max)
            : cache.private_messages_between(request.user, *request.private_since, request.last_private,
                                             request.resume_max);
  if (read.messages.empty() && !read.truncated && !reset) return nullptr;
  std::vector<std::string> objects;
  for (const PrivateMessage& message : read.messages) {
    objects.push_back(protocol::private_message_object(message, nonce_for(message.author.id, request.user)));
  }
  return text_frame(protocol::bulk_private_messages(objects, {.truncated = read.truncated, .reset = reset}));
}

hub::FramePtr read_deleted(const HistoryRequest& request, RecentDeletions& deletions) {
  const std::vector<CacheId> ids = deletions.newest(*request.deleted_up_to, request.resume_max);
  if (ids.empty()) return nullptr;
  return text_frame(protocol::message_deleted(std::nullopt, ids));
}

}  // namespace

History read_history(const HistoryRequest& request, cache::MessageCache& cache, RecentDeletions& deletions) {
  check_not_behind(request, cache);
  History history;
  if (request.since) history.messages = read_messages(request, cache);
  history.private_messages = read_private_messages(request, cache);
  if (request.deleted_up_to) history.deleted = read_deleted(request, deletions);
  return history;
}

}  // namespace chatserver::chat
