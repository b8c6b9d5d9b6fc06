#include "store/postgres/stored_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::store::postgres {
namespace {

using namespace std::string_literals;

TEST(StoredText, OrdinaryTextIsStoredAsItIs) {
  for (const std::string& text : {""s, "hello\t\x01\x7f"s, "\u00e9 \u65e5\u672c \U0001f600"s,
                                  "\ud7ff\ue000\uffff\U0010ffff"s, "\ufdd1\ufdcf"s}) {
    EXPECT_EQ(to_stored(text), text);
    EXPECT_EQ(from_stored(text), text);
  }
}

TEST(StoredText, WhatATextCannotHoldBecomesDigits) {
  EXPECT_EQ(to_stored("a\0b"s),
            "a\ufdd0"
            "00b");
  EXPECT_EQ(to_stored("\xff"),
            "\ufdd0"
            "ff");
}

TEST(StoredText, EveryByteComesBack) {
  std::string all;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      all += static_cast<char>(first);
      all += static_cast<char>(second);
    }
  }
  EXPECT_EQ(from_stored(to_stored(all)), all);
}

TEST(StoredText, IllFormedSequencesComeBack) {
  for (const std::string& bytes :
       {"\xc0\x80"s, "\xc3"s, "\xe0\x9f\xbf"s, "\xed\xa0\x80"s, "\xf0\x8f\xbf\xbf"s, "\xf4\x90\x80\x80"s,
        "\xe6\x97"s, "\xf0\x9f\x98"s, "\x80\x80"s, "\xef\xb7"s}) {
    const std::string stored = to_stored(bytes);
    EXPECT_NE(stored, bytes);
    EXPECT_EQ(from_stored(stored), bytes);
  }
}

TEST(StoredText, TheMarkItselfComesBackWhateverFollows) {
  for (const std::string& text : {"\ufdd0"s,
                                  "\ufdd0"
                                  "41"s,
                                  "\ufdd0\ufdd0zz"s}) {
    EXPECT_EQ(from_stored(to_stored(text)), text);
  }
}

TEST(StoredText, AMarkThatAnotherProgramStoredIsLeftAlone) {
  EXPECT_EQ(from_stored("\ufdd0 x"), "\ufdd0 x");
  EXPECT_EQ(from_stored("end\ufdd0"), "end\ufdd0");
}

}  // namespace
}  // namespace chatserver::store::postgres
