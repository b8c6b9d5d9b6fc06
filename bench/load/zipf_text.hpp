#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace chatserver::bench {

// Numbers from 0 up, the n-th about n times rarer than the first: as words are in what people
// write, and people in who writes. Threading: one thread.
class Zipf {
 public:
  explicit Zipf(std::size_t count);

  [[nodiscard]] std::size_t draw(std::mt19937_64& random) const;

 private:
  std::vector<double> cumulative_;
};

// Messages of made-up words, the same for the same seed. The commonest word is in most of
// them, half of the words in a handful. Threading: one thread.
class ZipfText {
 public:
  explicit ZipfText(std::uint64_t seed) : words_(word_count), random_(seed) {}

  static constexpr std::size_t word_count = 100'000;

  // 1 to 19 words.
  [[nodiscard]] std::string message();
  // Of that rank, 0 the commonest.
  [[nodiscard]] static std::string word(std::size_t rank);

 private:
  Zipf words_;
  std::mt19937_64 random_;
};

}  // namespace chatserver::bench
