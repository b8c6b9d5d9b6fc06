#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sb_stemmer;

namespace chatserver::search {

// Ascending, each once, in UTF-8. Of letters, digits, marks and symbols alone, so that no
// term means anything to a query language.
using Terms = std::vector<std::string>;

// Characters of a word that count: longer ones are cut, and found by their beginning.
inline constexpr std::size_t word_chars_max = 64;

// Turns text into the terms that it is found by:
// - a word, folded; one of the letters a to z by its English stem, whatever its language
// - of scripts without spaces, each character and each two neighbours
// - a symbol
//
// Threading: one thread at a time. Limits: those of fold(); two terms a character.
class Analyzer {
 public:
  Analyzer();

  // What a text is indexed under.
  [[nodiscard]] Terms terms_of(std::string_view text);

  // What must all be among a text's terms for it to be found. As above, but of scripts
  // without spaces only the neighbours, unless a character stands alone.
  [[nodiscard]] Terms terms_of_keyword(std::string_view keyword);

 private:
  struct Delete {
    void operator()(sb_stemmer* stemmer) const noexcept;
  };
  class Splitter;

  std::unique_ptr<sb_stemmer, Delete> stemmer_;
};

// Whether `wanted` are all among `terms`.
[[nodiscard]] bool contains_all(const Terms& terms, const Terms& wanted);

// Names the rules by which terms are made, those of the libraries included: indexes that
// were made by others are of no use.
[[nodiscard]] std::string analysis_version();

}  // namespace chatserver::search
