#include "load/zipf_text.hpp"

#include <algorithm>
#include <string_view>

namespace chatserver::bench {

Zipf::Zipf(std::size_t count) {
  double sum = 0;
  for (std::size_t rank = 1; rank <= count; ++rank) {
    sum += 1.0 / static_cast<double>(rank);
    cumulative_.push_back(sum);
  }
}

std::size_t Zipf::draw(std::mt19937_64& random) const {
  std::uniform_real_distribution<double> chance(0, cumulative_.back());
  const auto at = std::ranges::lower_bound(cumulative_, chance(random));
  return std::min(static_cast<std::size_t>(at - cumulative_.begin()), cumulative_.size() - 1);
}

std::string ZipfText::message() {
  std::uniform_int_distribution<int> length(1, 19);
  std::string text;
  for (int left = length(random_); left > 0; --left) text.append(word(words_.draw(random_))) += ' ';
  text.pop_back();
  return text;
}

// Syllables that no English suffix ends with, so that each word keeps its stem to itself.
std::string ZipfText::word(std::size_t rank) {
  constexpr std::string_view consonants = "bdfgkmnprtvz";
  constexpr std::string_view vowels = "aou";
  std::string word;
  do {
    word += consonants[rank % consonants.size()];
    rank /= consonants.size();
    word += vowels[rank % vowels.size()];
    rank /= vowels.size();
  } while (rank > 0);
  return word;
}

}  // namespace chatserver::bench
