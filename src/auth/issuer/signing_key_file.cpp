#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/issuer/signing_key.hpp"

namespace chatserver::auth {
namespace {

constexpr std::size_t file_bytes_max = 64 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int get() const noexcept { return value_; }
  [[nodiscard]] bool is_open() const noexcept { return value_ >= 0; }

 private:
  int value_;
};

std::unexpected<SigningKeyError> error(const std::filesystem::path& file, const std::string& what) {
  return std::unexpected(SigningKeyError{"signing key " + file.string() + ": " + what});
}

std::unexpected<SigningKeyError> system_error(const std::filesystem::path& file, const std::string& action) {
  return error(file, "it cannot " + action + ": " + std::generic_category().message(errno));
}

// Nothing read: errno says why.
std::optional<std::string> read_all(int descriptor) {
  std::string content;
  std::array<char, 4096> buffer;
  while (content.size() <= file_bytes_max) {
    const auto got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return content;
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0;
}

std::expected<SigningKey, SigningKeyError> load(const std::filesystem::path& file,
                                                const Descriptor& descriptor) {
  struct stat status{};
  if (::fstat(descriptor.get(), &status) != 0) return system_error(file, "be looked at");
  if (!S_ISREG(status.st_mode)) return error(file, "it is not a regular file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return error(
        file,
        "others may read or write it; whoever can read it can be anybody: chmod 600, and if somebody "
        "may have read it, remove it (everybody then signs in again)");
  }
  const auto content = read_all(descriptor.get());
  if (!content) return system_error(file, "be read");
  auto key = SigningKey::from_pem(*content);
  if (!key) {
    return error(file,
                 key.error().message +
                     "; put back a good copy, or remove it: the next start makes a new one and everybody "
                     "signs in again");
  }
  return key;
}

// Makes `file` hold `content`, unless it exists by now: whoever links first wins.
std::expected<void, SigningKeyError> create(const std::filesystem::path& file, std::string_view content) {
  auto temporary = file.string() + ".XXXXXX";
  const Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!descriptor.is_open()) return system_error(file, "be made");
  const bool linked = write_all(descriptor.get(), content) &&
                      (::link(temporary.c_str(), file.c_str()) == 0 || errno == EEXIST);
  const int reason = errno;
  ::unlink(temporary.c_str());
  errno = reason;
  if (!linked) return system_error(file, "be written");

  const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const Descriptor parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.is_open() || ::fsync(parent.get()) != 0) return system_error(file, "be put on disk");
  return {};
}

Descriptor open_existing(const std::filesystem::path& file) {
  return Descriptor(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

}  // namespace

std::expected<SigningKey, SigningKeyError> load_or_create_signing_key(const std::filesystem::path& file) {
  {
    const auto existing = open_existing(file);
    if (existing.is_open()) return load(file, existing);
    if (errno != ENOENT) return system_error(file, "be opened");
  }
  if (const auto made = create(file, SigningKey::generate().to_pem()); !made)
    return std::unexpected(made.error());
  // Read back, since another process may have been first.
  const auto made = open_existing(file);
  if (!made.is_open()) return system_error(file, "be opened");
  return load(file, made);
}

}  // namespace chatserver::auth
