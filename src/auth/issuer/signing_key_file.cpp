#include <string>
#include <utility>

#include "auth/issuer/private_file.hpp"
#include "auth/issuer/signing_key.hpp"

namespace chatserver::auth {
namespace {

std::unexpected<SigningKeyError> error(const std::filesystem::path& file, const std::string& reason) {
  return std::unexpected(SigningKeyError{"signing key " + file.string() + ": " + reason});
}

}  // namespace

std::expected<SigningKey, SigningKeyError> load_or_create_signing_key(const std::filesystem::path& file) {
  auto content = read_private_file(file);
  if (!content) return error(file, content.error().reason);
  if (!*content) {
    const auto made = write_private_file(file, SigningKey::generate().to_pem(), Existing::keep);
    if (!made) return error(file, made.error().reason);
    // Read back, since another process may have been first.
    content = read_private_file(file);
    if (!content) return error(file, content.error().reason);
    if (!*content) return error(file, "it has vanished again");
  }
  auto key = SigningKey::from_pem(**content);
  if (!key) {
    return error(file,
                 key.error().message +
                     "; put back a good copy, or remove it: the next start makes a new one and everybody "
                     "signs in again");
  }
  return key;
}

}  // namespace chatserver::auth
