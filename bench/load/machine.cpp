#include "load/machine.hpp"

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <system_error>

#include <linux/magic.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/vfs.h>

namespace chatserver::bench {
namespace {

std::uint64_t clock_ns(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) throw_errno("clock_gettime");
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace

void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void pin_to_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  if (::sched_setaffinity(0, sizeof cores, &cores) != 0) throw_errno("pin to core " + std::to_string(core));
}

void need_open_files(std::size_t files) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("getrlimit");
  if (limit.rlim_cur >= files) return;
  if (limit.rlim_max < files) {
    throw std::runtime_error("this needs " + std::to_string(files) + " open files, the limit is " +
                             std::to_string(limit.rlim_max) + ": raise it with `ulimit -Hn` as root");
  }
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("setrlimit");
}

std::uint64_t process_cpu_ns(pid_t process) {
  clockid_t clock{};
  if (const int error = ::clock_getcpuclockid(process, &clock); error != 0) {
    throw std::system_error(error, std::generic_category(), "clock_getcpuclockid");
  }
  return clock_ns(clock);
}

std::uint64_t own_cpu_ns() {
  return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

std::size_t anonymous_memory_bytes(pid_t process) {
  const std::string status = read_file("/proc/" + std::to_string(process) + "/status");
  const std::size_t at = status.find("RssAnon:");
  if (at == std::string::npos) throw std::runtime_error("no RssAnon in /proc/PID/status");
  return std::strtoul(status.c_str() + at + sizeof("RssAnon:") - 1, nullptr, 10) * 1024;
}

void need_disk(const std::filesystem::path& directory) {
  struct statfs file_system{};
  if (::statfs(directory.c_str(), &file_system) != 0) throw_errno("statfs " + directory.string());
  if (file_system.f_type == TMPFS_MAGIC) {
    throw std::runtime_error(directory.string() + " is not on a disk, where the data has to be");
  }
}

TemporaryDirectory::TemporaryDirectory(const std::filesystem::path& parent) {
  std::filesystem::create_directories(parent);
  need_disk(parent);
  std::string name = (std::filesystem::absolute(parent) / "bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw_errno("mkdtemp " + name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace chatserver::bench
