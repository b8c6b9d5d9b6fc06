#include "auth/issuer/private_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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
  [[nodiscard]] int release() noexcept { return std::exchange(value_, -1); }

 private:
  int value_;
};

// Says what errno says.
std::unexpected<FileError> cannot(const std::string& action) {
  return std::unexpected(FileError{"it cannot " + action + ": " + std::generic_category().message(errno)});
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

// Gives the written file its name.
bool put_in_place(const std::string& temporary, const std::filesystem::path& file, Existing existing) {
  if (existing == Existing::replace) return ::rename(temporary.c_str(), file.c_str()) == 0;
  return ::link(temporary.c_str(), file.c_str()) == 0 || errno == EEXIST;
}

std::filesystem::path directory_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

int open_directory(const std::filesystem::path& directory) {
  return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

}  // namespace

std::expected<std::optional<std::string>, FileError> read_private_file(const std::filesystem::path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor.is_open()) {
    // A directory that is missing too is for whoever writes to say.
    if (errno == ENOENT) return std::nullopt;
    return cannot("be opened");
  }
  struct stat status{};
  if (::fstat(descriptor.get(), &status) != 0) return cannot("be looked at");
  if (!S_ISREG(status.st_mode)) return std::unexpected(FileError{"it is not a regular file"});
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return std::unexpected(
        FileError{"others may read or write it; whoever can could be anybody: chmod 600, and if somebody "
                  "may have done so, remove it (everybody then signs in again)"});
  }
  auto content = read_all(descriptor.get());
  if (!content) return cannot("be read");
  return content;
}

std::expected<void, FileError> write_private_file(const std::filesystem::path& file, std::string_view content,
                                                  Existing existing) {
  auto temporary = file.string() + ".XXXXXX";
  const Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!descriptor.is_open()) return cannot("be made");
  const bool written = write_all(descriptor.get(), content) && put_in_place(temporary, file, existing);
  const int reason = errno;
  ::unlink(temporary.c_str());
  errno = reason;
  if (!written) return cannot("be written");

  const Descriptor directory(open_directory(directory_of(file)));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) return cannot("be put on disk");
  return {};
}

std::expected<DirectoryLock, FileError> DirectoryLock::take(const std::filesystem::path& directory) {
  Descriptor descriptor(open_directory(directory.empty() ? "." : directory));
  if (!descriptor.is_open()) return cannot("be locked");
  while (::flock(descriptor.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return cannot("be locked");
  }
  return DirectoryLock(descriptor.release());
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace chatserver::auth
