#include "cache/embedded/draft.hpp"

namespace chatserver::cache {

void Draft::add(Message message) {
  message.cache_id = marks_.messages = CacheId{marks_.messages.value() + 1};
  remember_nonce(message.author.id, message.nonce, {Stream::messages, rows_.messages.size()});
  rows_.messages.push_back(std::move(message));
}

void Draft::add(PrivateMessage message) {
  message.cache_id = marks_.private_messages = CacheId{marks_.private_messages.value() + 1};
  remember_nonce(message.author.id, message.nonce, {Stream::private_messages, rows_.private_messages.size()});
  rows_.private_messages.push_back(std::move(message));
}

void Draft::remember_nonce(const UserId& user, const std::string& nonce, Position position) {
  if (!nonce.empty()) nonces_.emplace(std::pair{user, nonce}, position);
}

std::optional<store::NonceUse> Draft::find_nonce(const UserId& user, const std::string& nonce) const {
  const auto found = nonces_.find(std::pair{user, nonce});
  if (found == nonces_.end()) return std::nullopt;
  const auto [stream, index] = found->second;
  if (stream == Stream::messages) return store::NonceUse{.original = rows_.messages[index]};
  return store::NonceUse{.original = rows_.private_messages[index]};
}

Delivery Draft::into_delivery() && {
  delivery_.messages = std::move(rows_.messages);
  delivery_.private_messages = std::move(rows_.private_messages);
  return std::move(delivery_);
}

}  // namespace chatserver::cache
