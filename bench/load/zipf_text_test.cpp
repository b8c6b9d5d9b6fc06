#include "load/zipf_text.hpp"

#include <set>

#include <gtest/gtest.h>

namespace chatserver::bench {
namespace {

TEST(ZipfText, WordsAreDistinct) {
  std::set<std::string> words;
  for (std::size_t rank = 0; rank < 10'000; ++rank) words.insert(ZipfText::word(rank));
  EXPECT_EQ(words.size(), 10'000U);
}

TEST(ZipfText, TheSameSeedSaysTheSame) {
  ZipfText one(7);
  ZipfText other(7);
  ZipfText different(8);
  const std::string said = one.message();
  EXPECT_EQ(said, other.message());
  EXPECT_NE(said, different.message());
}

TEST(Zipf, TheSecondIsHalfAsFrequentAsTheFirst) {
  const Zipf zipf(1000);
  std::mt19937_64 random(1);
  int first = 0;
  int second = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::size_t drawn = zipf.draw(random);
    ASSERT_LT(drawn, 1000U);
    first += drawn == 0 ? 1 : 0;
    second += drawn == 1 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(second) / first, 0.5, 0.05);
}

}  // namespace
}  // namespace chatserver::bench
