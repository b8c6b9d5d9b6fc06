#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace chatserver::store::sqlite {

// Says that this process serves from a database: an advisory lock on a file of
// its own (the database's must not be opened beside SQLite: closing it would
// drop SQLite's locks). The kernel lets go of it when the process ends.
class FileLock {
 public:
  // Takes the lock, making the file (mode 0600) if need be. None when another
  // holder has it. Throws std::system_error when the file cannot be made.
  [[nodiscard]] static std::optional<FileLock> take(const std::filesystem::path& path);

  // The process that holds or last held it, as it said: "1234"; empty if unknown.
  [[nodiscard]] static std::string holder(const std::filesystem::path& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;  // -1: moved from
};

}  // namespace chatserver::store::sqlite
