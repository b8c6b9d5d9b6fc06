#include "app/issuer_secrets.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/data_files.hpp"
#include "auth/issuer/key_files.hpp"
#include "auth/issuer/private_file.hpp"
#include "auth/issuer/secret.hpp"
#include "auth/issuer/stored_keys.hpp"

namespace chatserver::app {
namespace {

constexpr std::string_view device_secret_name = "device-secret";

bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

void say_that_unused(const std::filesystem::path& file, Log& log) {
  log.info("secret is in the database; the file is no longer used", {{"file", file.string()}});
}

std::expected<std::optional<std::string>, std::string> read_device_secret(const std::filesystem::path& file) {
  auto content = auth::read_private_file(file);
  if (!content) return std::unexpected(file.string() + " " + content.error().reason);
  if (*content && (*content)->size() < auth::secret_chars) {
    return std::unexpected(file.string() + " holds no secret; delete it to have a new one made");
  }
  return *std::move(content);
}

std::expected<std::string, std::string> device_secret_of_file(const std::filesystem::path& file,
                                                              Random& random) {
  auto secret = read_device_secret(file);
  if (!secret) return std::unexpected(std::move(secret.error()));
  if (!*secret) {
    const auto written =
        auth::write_private_file(file, auth::make_secret(random) + "\n", auth::Existing::keep);
    if (!written) return std::unexpected(file.string() + " " + written.error().reason);
    secret = read_device_secret(file);  // another process may have been first
    if (!secret) return std::unexpected(std::move(secret.error()));
  }
  if (!*secret) return std::unexpected(file.string() + " has vanished again");
  return **std::move(secret);
}

std::expected<std::string, std::string> device_secret_of_store(const std::filesystem::path& file,
                                                               store::Secrets& secrets, Random& random) {
  auto found = secrets.find_secret(device_secret_name);
  if (!found) {
    const auto earlier = read_device_secret(file);
    if (!earlier) return std::unexpected(earlier.error());
    (void)secrets.replace_secret(device_secret_name, 0, earlier->value_or(auth::make_secret(random)));
    found = secrets.find_secret(device_secret_name);  // another process may have been first
  }
  if (!found || found->content.size() < auth::secret_chars) {
    return std::unexpected(
        "the database holds no device secret; delete the row device-secret of chatserver.secrets to have a "
        "new one made");
  }
  return std::move(found->content);
}

}  // namespace

std::expected<std::unique_ptr<auth::KeyStorage>, std::string> open_issuer_keys(
    const config::Settings& settings, store::Secrets* secrets, Log& log) {
  const std::filesystem::path file = signing_key_file(settings);
  auto files = std::make_unique<auth::KeyFiles>(file);
  if (secrets == nullptr) return files;
  auto stored = std::make_unique<auth::StoredKeys>(*secrets);
  if (!is_there(file)) return stored;
  if (!stored->any()) {
    const auto earlier = files->read();
    if (!earlier) return std::unexpected(earlier.error().message);
    if (stored->adopt(*earlier)) log.info("signing keys taken into the database");
  }
  say_that_unused(file, log);
  return stored;
}

std::expected<std::string, std::string> load_or_create_device_secret(const config::Settings& settings,
                                                                     store::Secrets* secrets, Random& random,
                                                                     Log& log) {
  const std::filesystem::path file = device_secret_file(settings);
  if (secrets == nullptr) return device_secret_of_file(file, random);
  auto secret = device_secret_of_store(file, *secrets, random);
  if (secret && is_there(file)) say_that_unused(file, log);
  return secret;
}

}  // namespace chatserver::app
