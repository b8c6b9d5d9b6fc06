#include "search/analyzer.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "search/folding.hpp"

namespace chatserver::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Terms terms(std::string_view text) {
  return Analyzer().terms_of(text);
}
Terms keyword(std::string_view text) {
  return Analyzer().terms_of_keyword(text);
}
bool finds(std::string_view asked, std::string_view text) {
  const Terms wanted = keyword(asked);
  return !wanted.empty() && contains_all(terms(text), wanted);
}

TEST(Analyzer, TermsAreWordsEachOnceInOrder) {
  EXPECT_THAT(terms("zebra, Apple (apple) 42!"), ElementsAre("42", "appl", "zebra"));
}

TEST(Analyzer, TextWithoutLettersDigitsOrSymbolsHasNoTerms) {
  for (const auto* text :
       {"", " ", "?!... -- \"'`", "%_*:()", "\t\r\n", "\u3000\u300c\u300d\u3002", "\u0301"}) {
    EXPECT_THAT(terms(text), IsEmpty()) << text;
    EXPECT_THAT(keyword(text), IsEmpty()) << text;
  }
}

TEST(Analyzer, WordsOfOneStemFindEachOther) {
  EXPECT_TRUE(finds("connection", "they were CONNECTED"));
  EXPECT_TRUE(finds("running", "she runs"));
  EXPECT_FALSE(finds("run", "rung"));
}

TEST(Analyzer, AllWordsMustBeThereInAnyOrder) {
  EXPECT_TRUE(finds("server chat", "a chat server"));
  EXPECT_FALSE(finds("chat client", "a chat server"));
}

TEST(Analyzer, CaseAndAccentsDoNotCount) {
  EXPECT_TRUE(finds("cafes", "CAF\u00c9S"));
  EXPECT_TRUE(finds("r\u00e9sum\u00e9", "resume"));
  EXPECT_TRUE(finds("e\u0301tude", "\u00e9tude"));
  EXPECT_TRUE(finds("STRASSE", "stra\u00dfe"));
  EXPECT_TRUE(
      finds("\u03a3\u0399\u03a3\u03a5\u03a6\u039f\u03a3", "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2"));
  EXPECT_TRUE(finds("\u0435\u043b\u043a\u0430", "\u0401\u041b\u041a\u0410"));  // Cyrillic yo
  EXPECT_TRUE(finds("ISTANBUL", "\u0130stanbul"));
  EXPECT_TRUE(
      finds("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd"));  // Hebrew points
  EXPECT_TRUE(
      finds("\u0645\u0631\u062d\u0628\u0627", "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627"));
}

TEST(Analyzer, MarksThatAreLettersCount) {
  EXPECT_FALSE(finds("\u304b", "\u304c"));  // ka, ga
  EXPECT_FALSE(
      finds("\u0939\u0928\u0926", "\u0939\u093f\u0928\u094d\u0926\u0940"));  // Hindi without its vowels
  EXPECT_TRUE(finds("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940!"));
}

TEST(Analyzer, FormsOfOneCharacterAreTheSame) {
  EXPECT_TRUE(finds("hello 2", "\uff28\uff25\uff2c\uff2c\uff2f \u00b2"));  // full width, superscript
  EXPECT_TRUE(finds("\u30ac", "\uff76\uff9e"));                            // half-width katakana
  EXPECT_TRUE(finds("office", "o\ufb03ce"));                               // ligature
  EXPECT_TRUE(finds("hyphen", "hy\u00adphen"));                            // soft hyphen
}

TEST(Analyzer, WordsEndAtPunctuationAndUnderscores) {
  EXPECT_THAT(terms("l'homme"), ElementsAre("homm", "l"));
  EXPECT_THAT(terms("snake_case"), ElementsAre("case", "snake"));
  EXPECT_THAT(terms("ada@example.org"), ElementsAre("ada", "exampl", "org"));
  EXPECT_THAT(terms("v2beta"), ElementsAre("v2beta"));
}

TEST(Analyzer, ChineseIsFoundByTwoCharactersAndByOne) {
  constexpr auto* text = "\u6211\u4eec\u660e\u5929\u53bb\u5317\u4eac";  // we go to Beijing tomorrow
  EXPECT_TRUE(finds("\u5317\u4eac", text));
  EXPECT_TRUE(finds("\u660e\u5929", text));
  EXPECT_TRUE(finds("\u5317", text));
  EXPECT_TRUE(finds("\u5317\u4eac \u660e\u5929", text));
  EXPECT_FALSE(finds("\u4eac\u5317", text));  // not neighbours in this order
  EXPECT_FALSE(finds("\u5929\u4eac", text));  // both there, apart
}

TEST(Analyzer, JapaneseIsFoundAcrossItsScripts) {
  constexpr auto* text = "\u6771\u4eac\u30bf\u30ef\u30fc\u3092\u898b\u305f";  // saw Tokyo Tower
  EXPECT_TRUE(finds("\u6771\u4eac", text));
  EXPECT_TRUE(finds("\u30bf\u30ef\u30fc", text));
  EXPECT_TRUE(finds("\u898b\u305f", text));
  EXPECT_FALSE(finds("\u4eac\u90fd", text));
}

TEST(Analyzer, ThaiKeepsItsVowelsWithTheirLetters) {
  constexpr auto* text = "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48\u0e14\u0e35";
  EXPECT_TRUE(finds("\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48", text));
  EXPECT_TRUE(finds("\u0e14\u0e35", text));
  EXPECT_FALSE(finds("\u0e14\u0e32", text));
  EXPECT_THAT(keyword("\u0e17\u0e35\u0e48"), SizeIs(1));
}

TEST(Analyzer, KoreanWordsAreFoundWithTheirParticles) {
  EXPECT_TRUE(finds("\uc11c\uc6b8", "\uc11c\uc6b8\uc5d0\uc11c \ub9cc\ub098\uc694"));
  EXPECT_THAT(keyword("\uc11c"), SizeIs(1));
}

TEST(Analyzer, ScriptsWithAndWithoutSpacesEndEachOther) {
  EXPECT_THAT(terms("\u6771web\u4eac"), ElementsAre("web", "\u4eac", "\u6771"));
}

TEST(Analyzer, SymbolsAreFoundEachByItself) {
  EXPECT_TRUE(finds("\U0001f44d", "well done\U0001f44d\U0001f3fd!"));
  EXPECT_TRUE(finds("\u2764", "\u2764\ufe0f"));
  EXPECT_FALSE(finds("\U0001f44e", "\U0001f44d"));
}

TEST(Analyzer, SyntaxOfQueryLanguagesIsText) {
  EXPECT_THAT(keyword("cats AND NOT \"dogs\" OR col:x* NEAR(a b)"),
              ElementsAre("a", "and", "b", "cat", "col", "dog", "near", "not", "or", "x"));
  EXPECT_THAT(keyword("'; DROP TABLE x; --"), ElementsAre("drop", "tabl", "x"));
  EXPECT_THAT(keyword(std::string_view("a\0b", 3)), ElementsAre("a", "b"));
}

TEST(Analyzer, BytesThatAreNotTextSeparate) {
  EXPECT_THAT(terms("a\xff\xc3 \xed\xa0\x80z"), ElementsAre("a", "z"));
  EXPECT_THAT(terms("\xf4\x90\x80\x80"), IsEmpty());
  EXPECT_THAT(terms("\ufdd0\ufffe\ue000"), IsEmpty());
}

TEST(Analyzer, LongWordsAreFoundByTheirBeginning) {
  const std::string begin(word_chars_max, '1');
  EXPECT_THAT(terms(begin + "23"), ElementsAre(begin));
  EXPECT_TRUE(finds(begin + "99", begin + "23"));
  std::string decorated = "\u0e14";
  for (int i = 0; i < 10000; ++i) decorated += "\u0e35";
  EXPECT_LT(terms(decorated).front().size(), 20U);
}

TEST(Analyzer, TheWorstTextHasABoundedNumberOfTerms) {
  std::string expanding;  // one character that folds to eighteen
  while (expanding.size() < 2 * text_bytes_max) expanding += "\ufdfa";
  EXPECT_LE(terms(expanding).size(), 5U);
  std::string unspaced;
  for (char32_t c = 0x4E00; unspaced.size() < 2 * text_bytes_max; c = c == 0x9FFF ? 0x4E00 : c + 1) {
    unspaced += static_cast<char>(0xe0 | (c >> 12U));
    unspaced += static_cast<char>(0x80 | ((c >> 6U) & 0x3fU));
    unspaced += static_cast<char>(0x80 | (c & 0x3fU));
  }
  EXPECT_LE(terms(unspaced).size(), 2 * text_bytes_max / 3);
}

TEST(Analyzer, TheVersionIsTheSameEachTime) {
  EXPECT_EQ(analysis_version(), analysis_version());
  EXPECT_THAT(analysis_version(), testing::HasSubstr("unicode "));
}

}  // namespace
}  // namespace chatserver::search
