#include "auth/issuer/stored_keys.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "auth/json.hpp"

namespace chatserver::auth {
namespace {

constexpr std::string_view secret_name = "issuer-keys";
constexpr std::string_view key_member = "signing_key";

// Each one means that somebody else has changed the keys in between.
constexpr int attempts_max = 100;

std::unexpected<SigningKeyError> error(const std::string& reason) {
  return std::unexpected(SigningKeyError{"signing keys in the database (secret issuer-keys): " + reason});
}

std::string to_json(const KeptKeys& keys) {
  auto object = *parse_json_object(to_json(keys.history));
  object[key_member] = keys.current.to_pem();
  return boost::json::serialize(object);
}

std::expected<KeptKeys, SigningKeyError> parse(std::string_view content) {
  auto history = parse_key_history(content);
  const auto object = parse_json_object(content);
  const auto* pem = object ? string_member(*object, key_member) : nullptr;
  auto current = pem ? SigningKey::from_pem(*pem) : error("it is damaged");
  if (!history || !current) {
    return error(
        "it is damaged; put back a good copy, or delete that row of chatserver.secrets: the next start makes "
        "a "
        "new key and everybody signs in again");
  }
  return KeptKeys{.current = *std::move(current), .history = *std::move(history)};
}

// Makes the first key where there is none.
std::expected<store::Secret, SigningKeyError> find_or_create(store::Secrets& secrets) {
  if (auto found = secrets.find_secret(secret_name)) return *std::move(found);
  // Another process may be first.
  (void)secrets.replace_secret(secret_name, 0, to_json({.current = SigningKey::generate(), .history = {}}));
  auto found = secrets.find_secret(secret_name);
  if (!found) return error("it has vanished again");
  return *std::move(found);
}

}  // namespace

bool StoredKeys::any() const {
  return secrets_.secret_version(secret_name) != 0;
}

bool StoredKeys::adopt(const KeptKeys& keys) {
  return secrets_.replace_secret(secret_name, 0, to_json(keys));
}

std::expected<KeptKeys, SigningKeyError> StoredKeys::read() const {
  const auto secret = find_or_create(secrets_);
  if (!secret) return std::unexpected(secret.error());
  return parse(secret->content);
}

std::expected<void, SigningKeyError> StoredKeys::update(const Change& change) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto secret = find_or_create(secrets_);
    if (!secret) return std::unexpected(secret.error());
    auto keys = parse(secret->content);
    if (!keys) return std::unexpected(std::move(keys.error()));
    const auto changed = change(*keys);
    if (!changed) return std::unexpected(changed.error());
    if (*changed == Changed::nothing) return {};
    if (secrets_.replace_secret(secret_name, secret->version, to_json(*keys))) return {};
  }
  return error("others change it all the time; try again");
}

std::string StoredKeys::version() const {
  return std::to_string(secrets_.secret_version(secret_name));
}

}  // namespace chatserver::auth
