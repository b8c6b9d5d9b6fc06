#pragma once

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

// Messages that are searched for, in a store whose index is as far behind as a test lets it be.
class SearchConformance : public StoreConformance {
 protected:
  // Of the next id.
  std::int64_t say(std::string text, std::string_view author = "ada") {
    auto said = message(++last_, "", author);
    said.text = std::move(text);
    append({said});
    return last_;
  }
  std::int64_t say_in(ChannelId channel, std::string text) {
    auto said = message(++last_);
    said.channel_id = channel;
    said.channel = "name at that time";
    said.text = std::move(text);
    append({said});
    return last_;
  }

  void index_all() {
    while (store().index_messages(100).more) {
    }
  }

  [[nodiscard]] std::vector<std::int64_t> found(const MessageQuery& query) {
    return ids(store().search_messages(query).messages);
  }
  [[nodiscard]] std::vector<std::int64_t> found(std::string keyword) {
    return found(query_for(std::move(keyword)));
  }
  [[nodiscard]] static MessageQuery query_for(std::string keyword) {
    return {.keyword = std::move(keyword),
            .channels = {},
            .author = std::nullopt,
            .before = std::nullopt,
            .offset = 0,
            .limit = 1000};
  }

 private:
  std::int64_t last_ = 0;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(SearchConformance, AnEmptyStoreHasNothingToFindOrToIndex) {
  EXPECT_THAT(found("word"), IsEmpty());
  EXPECT_EQ(store().index_messages(10).changed, 0U);
  EXPECT_FALSE(store().index_messages(10).more);
}

TEST_P(SearchConformance, AMessageIsFoundBeforeAndAfterItIsIndexed) {
  say("The connections were lost");
  say("nothing of the kind");
  EXPECT_THAT(found("connection"), ElementsAre(1));
  index_all();
  EXPECT_THAT(found("connection"), ElementsAre(1));
  say("connected again");
  EXPECT_THAT(found("CONNECT"), ElementsAre(3, 1));
  EXPECT_THAT(found("again connect"), ElementsAre(3));
  EXPECT_THAT(found("lost again"), IsEmpty());
}

TEST_P(SearchConformance, AFoundMessageIsWhole) {
  auto said = message(1, "nonce");
  said.text = std::string("caf\u00e9 \0 'quoted\" %_ \u5317\u4eac", 25);
  append({said});
  EXPECT_THAT(store().search_messages(query_for("cafe")).messages, ElementsAre(said));
  index_all();
  EXPECT_THAT(store().search_messages(query_for("cafe")).messages, ElementsAre(said));
}

TEST_P(SearchConformance, KeywordsAreWordsAndNeverSyntax) {
  say("plain words");
  say("near or not and x y col terms message_index");
  say("100% under_score a*b");
  for (int round = 0; round < 2; ++round) {
    for (const auto* keyword : {"\"plain\"", "plain*", "(plain)", "plain:*", "'plain'", "plain;--", "^plain",
                                "-plain", "+plain", "!plain", "{plain}", "plain & words", "plain | words",
                                "plain <-> words", "\\plain", "%plain%", "words plain"}) {
      EXPECT_THAT(found(keyword), ElementsAre(1)) << keyword;
    }
    for (const auto* keyword : {"plain OR near", "plain NOT x", "plain AND words AND y", "NEAR(plain words)",
                                "terms:plain", "plain* col", "pla", "plai%", "pl_in", "_c1", "_u616461"}) {
      EXPECT_THAT(found(keyword), IsEmpty()) << keyword;
    }
    EXPECT_THAT(found(std::string("plain\0words", 11)), ElementsAre(1));
    EXPECT_THAT(found("near OR not AND x"), ElementsAre(2));
    EXPECT_THAT(found("message_index"), ElementsAre(2));
    EXPECT_THAT(found("100%"), ElementsAre(3));
    EXPECT_THAT(found("\xff\xfe plain"), ElementsAre(1));
    index_all();
  }
}

TEST_P(SearchConformance, AKeywordWithoutWordsFindsNothing) {
  say("anything!");
  for (int round = 0; round < 2; ++round) {
    for (const auto* keyword : {"", " ", "!", "%", "\"", "'", "* ( ) :", "\u3002"}) {
      EXPECT_THAT(found(keyword), IsEmpty()) << keyword;
    }
    index_all();
  }
}

TEST_P(SearchConformance, ScriptsWithoutSpacesAreFoundByTwoCharactersAndByOne) {
  say("\u6211\u4eec\u660e\u5929\u53bb\u5317\u4eac");        // Chinese
  say("\u6771\u4eac\u30bf\u30ef\u30fc\u3092\u898b\u305f");  // Japanese
  say("\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48\u0e14\u0e35");  // Thai
  say("\uc11c\uc6b8\uc5d0\uc11c");                          // Korean
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(found("\u5317\u4eac"), ElementsAre(1));
    EXPECT_THAT(found("\u4eac"), ElementsAre(2, 1));
    EXPECT_THAT(found("\u30bf\u30ef\u30fc"), ElementsAre(2));
    EXPECT_THAT(found("\u0e19\u0e35\u0e48"), ElementsAre(3));
    EXPECT_THAT(found("\u0e14\u0e35"), ElementsAre(3));
    EXPECT_THAT(found("\uc11c\uc6b8"), ElementsAre(4));
    EXPECT_THAT(found("\u4eac\u5317"), IsEmpty());
    index_all();
  }
}

TEST_P(SearchConformance, SymbolsAndLettersBeyondTheBasicPlaneAreFound) {
  say("good \U0001f44d\U0001f3fd job");
  say("\U00020000\U00020001");
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(found("\U0001f44d"), ElementsAre(1));
    EXPECT_THAT(found("\U00020000\U00020001"), ElementsAre(2));
    index_all();
  }
}

TEST_P(SearchConformance, ManyAndLongWordsAreNoTrouble) {
  std::string text;
  std::string keyword;
  for (int i = 0; i < 4000; ++i) text += std::to_string(i) + ' ';
  for (int i = 0; i < 300; ++i) keyword += std::to_string(i * 7) + ' ';
  say(text);
  say(std::string(100'000, 'x'));
  std::string unspaced;
  for (int i = 0; i < 30'000; ++i) unspaced += "\u4e00\u4e01\u4e02";
  say(unspaced);
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(found(keyword), ElementsAre(1));
    EXPECT_THAT(found(keyword + "4001"), IsEmpty());
    EXPECT_THAT(found(std::string(5000, 'x')), ElementsAre(2));
    EXPECT_THAT(found("\u4e02\u4e00"), ElementsAre(3));
    index_all();
  }
}

TEST_P(SearchConformance, PrivateMessagesAreNotFound) {
  append({}, {whisper(1, "ada", "bob")});
  EXPECT_THAT(found("whisper"), IsEmpty());
  index_all();
  EXPECT_THAT(found("whisper"), IsEmpty());
}

}  // namespace chatserver::store::conformance
