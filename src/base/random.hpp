#pragma once

#include <cstddef>
#include <span>

namespace chatserver {

// Randomness, as a port: the program passes SystemRandom, tests a seeded one.
// What SystemRandom gives is fit for keys and identifiers nobody may guess.
// Threading: any.
class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;

  virtual void fill(std::span<std::byte> bytes) noexcept = 0;
};

// The kernel's generator. Without it nothing could be kept secret, so its
// failure ends the program.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) noexcept override;
};

}  // namespace chatserver
