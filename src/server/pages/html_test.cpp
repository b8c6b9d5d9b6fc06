#include "server/pages/html.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

TEST(Html, MarkupOfOursIsLeftAlone) {
  EXPECT_EQ(html("<p>One & two</p>").markup(), "<p>One & two</p>");
}

TEST(Html, TextIsEscapedForContentAndAttributes) {
  EXPECT_EQ(html("<a title=\"{}\">{}</a>", "\"><script>", std::string("a < b & 'c'")).markup(),
            "<a title=\"&quot;&gt;&lt;script&gt;\">a &lt; b &amp; &#39;c&#39;</a>");
}

TEST(Html, HtmlInsideHtmlIsNotEscapedAgain) {
  const Html inner = html("<b>{}</b>", "&");
  EXPECT_EQ(html("<p>{}{}</p>", inner, 7).markup(), "<p><b>&amp;</b>7</p>");
}

TEST(Html, GapsInATextAreText) {
  EXPECT_EQ(html("<p>{}|{}</p>", "{}", "x").markup(), "<p>{}|x</p>");
}

TEST(Html, ControlCharactersCannotPassThrough) {
  EXPECT_EQ(Html::escaped(std::string("a\0b\x1b\x7f\n\t", 7)).markup(),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD\n\t");
}

TEST(Html, OtherScriptsAreKept) {
  EXPECT_EQ(Html::escaped("Žofie 日本").markup(), "Žofie 日本");
}

TEST(Html, CanBeAppended) {
  Html list;
  for (const char* item : {"<", ">"}) list += html("<li>{}</li>", item);
  EXPECT_EQ(list.markup(), "<li>&lt;</li><li>&gt;</li>");
  EXPECT_FALSE(list.empty());
}

}  // namespace
}  // namespace chatserver::server
