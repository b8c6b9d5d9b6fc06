#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <sys/types.h>

namespace chatserver::bench {

// Throws std::system_error with errno's text.
[[noreturn]] void throw_errno(const std::string& what);

// Binds the calling thread, and what it starts from now on, to one core.
// Throws when there is no such core.
void pin_to_core(int core);

// Raises the limit of open files to `files`; throws, saying how to raise it, when
// the hard limit is lower.
void need_open_files(std::size_t files);

// CPU time that a process (all its threads) or this one has used, in nanoseconds.
[[nodiscard]] std::uint64_t process_cpu_ns(pid_t process);
[[nodiscard]] std::uint64_t own_cpu_ns();

// User-space memory of a process that no file backs (RssAnon): heap, stacks.
[[nodiscard]] std::size_t anonymous_memory_bytes(pid_t process);

// Throws when `directory` is not on a disk (tmpfs): a commit would cost nothing there.
void need_disk(const std::filesystem::path& directory);

// A new directory below `parent`, removed with its content at the end.
class TemporaryDirectory {
 public:
  // Throws when `parent` is not on a disk.
  explicit TemporaryDirectory(const std::filesystem::path& parent);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

// The whole of a (small) file.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

}  // namespace chatserver::bench
