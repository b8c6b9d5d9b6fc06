#include "search/analyzer.hpp"

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <libstemmer.h>
#include <utf8proc.h>

#include "search/character.hpp"
#include "search/folding.hpp"

namespace chatserver::search {
namespace {

// Raised with every change of what terms a text has.
constexpr int rules_version = 1;

// Marks of one character that count: beyond, they are decoration.
constexpr std::size_t marks_max = 4;

enum class For : std::uint8_t { index, keyword };

void append_utf8(std::string& text, char32_t c) {
  utf8proc_uint8_t bytes[4];
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

bool is_latin_word(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

// Collects the terms of one text, character by character.
class Analyzer::Splitter {
 public:
  Splitter(sb_stemmer& stemmer, For purpose) : stemmer_(stemmer), purpose_(purpose) {}

  void take(char32_t c) {
    switch (classify(c)) {
      case Character::separator:
        end_word();
        end_run();
        break;
      case Character::word:
        end_run();
        extend_word(c);
        break;
      case Character::unspaced:
        end_word();
        run_.emplace_back();
        append_utf8(run_.back(), c);
        marks_ = 0;
        break;
      case Character::mark:
        take_mark(c);
        break;
      case Character::symbol:
        end_word();
        end_run();
        append_utf8(terms_.emplace_back(), c);
        break;
    }
  }

  [[nodiscard]] Terms finish() && {
    end_word();
    end_run();
    std::ranges::sort(terms_);
    const auto repeated = std::ranges::unique(terms_);
    terms_.erase(repeated.begin(), repeated.end());
    return std::move(terms_);
  }

 private:
  void extend_word(char32_t c) {
    if (++word_chars_ <= word_chars_max) append_utf8(word_, c);
  }

  void take_mark(char32_t c) {
    if (!run_.empty()) {
      if (++marks_ <= marks_max) append_utf8(run_.back(), c);
    } else if (!word_.empty()) {
      extend_word(c);
    }
  }

  void end_word() {
    if (word_.empty()) return;
    terms_.push_back(is_latin_word(word_) ? stem() : std::move(word_));
    word_.clear();
    word_chars_ = 0;
  }

  [[nodiscard]] std::string stem() {
    const sb_symbol* stem = sb_stemmer_stem(&stemmer_, reinterpret_cast<const sb_symbol*>(word_.data()),
                                            static_cast<int>(word_.size()));
    if (stem == nullptr) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(&stemmer_))};
  }

  void end_run() {
    for (std::size_t i = 0; i + 1 < run_.size(); ++i) terms_.push_back(run_[i] + run_[i + 1]);
    if (purpose_ == For::index || run_.size() == 1) std::ranges::move(run_, std::back_inserter(terms_));
    run_.clear();
  }

  sb_stemmer& stemmer_;
  const For purpose_;
  Terms terms_;
  std::string word_;
  std::size_t word_chars_ = 0;
  std::vector<std::string> run_;  // characters, with their marks, that have no space between them
  std::size_t marks_ = 0;         // of the last of them
};

Analyzer::Analyzer() : stemmer_(sb_stemmer_new("english", "UTF_8")) {
  if (!stemmer_) throw std::bad_alloc();
}

void Analyzer::Delete::operator()(sb_stemmer* stemmer) const noexcept {
  sb_stemmer_delete(stemmer);
}

Terms Analyzer::terms_of(std::string_view text) {
  Splitter splitter(*stemmer_, For::index);
  for (const char32_t c : fold(text)) splitter.take(c);
  return std::move(splitter).finish();
}

Terms Analyzer::terms_of_keyword(std::string_view keyword) {
  Splitter splitter(*stemmer_, For::keyword);
  for (const char32_t c : fold(keyword)) splitter.take(c);
  return std::move(splitter).finish();
}

bool contains_all(const Terms& terms, const Terms& wanted) {
  return std::ranges::includes(terms, wanted);
}

std::string analysis_version() {
  // Snowball does not say its version: what some words become stands for it.
  constexpr std::string_view sample =
      "accesses agreement added ateliers bannered classes connections dying emerging exceeded generously "
      "hoping international knightly news organization pasted running singly skies toreador university";
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const std::string& term : Analyzer().terms_of(sample)) {
    for (const char c : term + ' ') hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return fmt::format("{} unicode {} stems {:016x}", rules_version, utf8proc_unicode_version(), hash);
}

}  // namespace chatserver::search
