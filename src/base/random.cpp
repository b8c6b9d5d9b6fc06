#include "base/random.hpp"

#include <cerrno>

#include <sys/random.h>

#include "base/check.hpp"

namespace chatserver {

void SystemRandom::fill(std::span<std::byte> bytes) noexcept {
  while (!bytes.empty()) {
    const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    check(got > 0, "the kernel gives random bytes");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace chatserver
