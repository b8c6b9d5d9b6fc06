#include "auth/issuer/key_files.hpp"

#include <utility>

#include <sys/stat.h>

#include "auth/issuer/private_file.hpp"

namespace chatserver::auth {
namespace {

namespace fs = std::filesystem;

std::unexpected<SigningKeyError> error(const fs::path& file, const std::string& reason) {
  return std::unexpected(SigningKeyError{"signing keys " + file.string() + ": " + reason});
}

std::expected<KeyHistory, SigningKeyError> read_history(const fs::path& file) {
  const auto content = read_private_file(file);
  if (!content) return error(file, content.error().reason);
  if (!*content) return KeyHistory{};
  auto history = parse_key_history(**content);
  if (!history) {
    return error(file,
                 "it is damaged; put back a good copy, or remove it: tokens that earlier keys have signed "
                 "then count no more");
  }
  return *std::move(history);
}

std::expected<void, SigningKeyError> write(const fs::path& file, const std::string& content) {
  const auto written = write_private_file(file, content, Existing::replace);
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
std::expected<KeptKeys, SigningKeyError> KeyFiles::read() const {
  auto current = load_or_create_signing_key(file_);
  if (!current) return std::unexpected(std::move(current.error()));
  auto history = read_history(history_file_);
  if (!history) return std::unexpected(std::move(history.error()));
  return KeptKeys{.current = *std::move(current), .history = *std::move(history)};
}

// The history first, so that no crash leaves a key behind that nobody knows any more.
std::expected<void, SigningKeyError> KeyFiles::update(const Change& change) {
  const auto lock = DirectoryLock::take(file_.parent_path());
  if (!lock) return error(file_.parent_path(), lock.error().reason);
  auto kept = read();
  if (!kept) return std::unexpected(std::move(kept.error()));
  const auto changed = change(*kept);
  if (!changed) return std::unexpected(changed.error());
  if (*changed == Changed::nothing) return {};
  if (const auto written = write(history_file_, to_json(kept->history)); !written) return written;
  if (*changed == Changed::history) return {};
  return write(file_, kept->current.to_pem());
}

std::string KeyFiles::version() const {
  return version_of(file_) + ' ' + version_of(history_file_);
}

}  // namespace chatserver::auth
