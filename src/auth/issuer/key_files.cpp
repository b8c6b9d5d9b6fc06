#include "auth/issuer/key_files.hpp"

#include <algorithm>
#include <utility>

#include <sys/stat.h>

#include "auth/issuer/key_history.hpp"
#include "auth/issuer/private_file.hpp"

namespace chatserver::auth {
namespace {

namespace fs = std::filesystem;

std::unexpected<SigningKeyError> error(const fs::path& file, const std::string& reason) {
  return std::unexpected(SigningKeyError{"signing keys " + file.string() + ": " + reason});
}

// Without those that are over.
std::expected<KeyHistory, SigningKeyError> read_history(const fs::path& file, Timestamp now) {
  const auto content = read_private_file(file);
  if (!content) return error(file, content.error().reason);
  if (!*content) return KeyHistory{};
  auto history = parse_key_history(**content);
  if (!history) {
    return error(file,
                 "it is damaged; put back a good copy, or remove it: tokens that earlier keys have signed "
                 "then count no more");
  }
  std::erase_if(history->retired, [&](const RetiredKey& key) { return key.until <= now; });
  return *std::move(history);
}

std::expected<void, SigningKeyError> write_history(const fs::path& file, const KeyHistory& history) {
  const auto written = write_private_file(file, to_json(history), Existing::replace);
  if (!written) return error(file, written.error().reason);
  return {};
}

// A file is only ever replaced, so that its number tells.
std::string version_of(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return "none";
  return std::to_string(status.st_ino) + '.' + std::to_string(status.st_mtim.tv_sec) + '.' +
         std::to_string(status.st_mtim.tv_nsec);
}

}  // namespace

KeyFiles::KeyFiles(std::filesystem::path file)
    : file_(std::move(file)), history_file_(file_.parent_path() / "issuer-keys.json") {}

// The key first: one that a rotation replaces in between is in the history by
// then, and one that came after that is found at the next look.
std::expected<SigningKeys, SigningKeyError> KeyFiles::load(Timestamp now) const {
  auto current = load_or_create_signing_key(file_);
  if (!current) return std::unexpected(std::move(current.error()));
  auto history = read_history(history_file_, now);
  if (!history) return std::unexpected(std::move(history.error()));
  std::erase_if(history->retired, [&](const RetiredKey& key) { return key.kid == current->kid(); });
  return SigningKeys(*std::move(current), std::move(history->retired));
}

// The history first, so that no crash leaves a key behind that nobody knows any more.
std::expected<void, SigningKeyError> KeyFiles::rotate(Timestamp now, Timestamp tokens_until,
                                                      OldKey old_key) const {
  const auto lock = DirectoryLock::take(file_.parent_path());
  if (!lock) return error(file_.parent_path(), lock.error().reason);
  const auto keys = load(now);
  if (!keys) return std::unexpected(keys.error());
  auto history = read_history(history_file_, now);
  if (!history) return std::unexpected(std::move(history.error()));

  // `tokens_until` stays: if this ends halfway, the key that it is about signs on.
  KeyHistory next{.tokens_until = history->tokens_until, .retired = keys->retired()};
  if (old_key == OldKey::verifies) {
    if (next.retired.size() >= retired_keys_max) {
      return error(history_file_, "tokens of " + std::to_string(retired_keys_max) +
                                      " earlier keys still run; wait until some have expired");
    }
    next.retired.push_back({.kid = keys->current().kid(),
                            .public_jwk_json = keys->current().public_jwk_json(),
                            .until = std::max(tokens_until, history->tokens_until)});
  }
  if (const auto written = write_history(history_file_, next); !written) return written;
  const auto written = write_private_file(file_, SigningKey::generate().to_pem(), Existing::replace);
  if (!written) return error(file_, written.error().reason);
  return {};
}

std::expected<void, SigningKeyError> KeyFiles::expect_token(Timestamp now, Timestamp until) const {
  const auto lock = DirectoryLock::take(file_.parent_path());
  if (!lock) return error(file_.parent_path(), lock.error().reason);
  auto history = read_history(history_file_, now);
  if (!history) return std::unexpected(std::move(history.error()));
  if (history->tokens_until >= until) return {};
  history->tokens_until = until;
  return write_history(history_file_, *history);
}

std::string KeyFiles::version() const {
  return version_of(file_) + ' ' + version_of(history_file_);
}

}  // namespace chatserver::auth
