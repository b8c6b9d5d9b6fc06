#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace chatserver::auth {

// Why a file cannot be used: the end of a sentence that begins with its name, for an operator.
struct FileError {
  std::string reason;
};

// What stands in a file that nobody else may read or write; none when there is
// no such file. Whoever could read or write it could be anybody, so one that is
// open to others is refused; so is what is no regular file.
[[nodiscard]] std::expected<std::optional<std::string>, FileError> read_private_file(
    const std::filesystem::path& file);

// What to do about a file that exists already.
enum class Existing { keep, replace };

// Writes the file whole, with mode 0600, and on disk before this returns. Of several
// that create it at once one wins, and all succeed.
[[nodiscard]] std::expected<void, FileError> write_private_file(const std::filesystem::path& file,
                                                                std::string_view content, Existing existing);

// Held by the one process that changes files in a directory. Taking it waits for the others.
class DirectoryLock {
 public:
  [[nodiscard]] static std::expected<DirectoryLock, FileError> take(const std::filesystem::path& directory);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace chatserver::auth
