#include "load/marker.hpp"

#include <gtest/gtest.h>

namespace chatserver::bench {
namespace {

TEST(Marker, IsFoundAgainWhereverItStands) {
  const Marker marker{.sender = 0xBEEF, .sent_ns = 0x0123456789ABCDEF};
  const std::string text = marked_text(marker, 250);
  EXPECT_EQ(text.size(), 250U);
  std::size_t hint = 0;
  EXPECT_EQ(find_marker(text, hint), marker);
  EXPECT_EQ(find_marker("{\"message\":\"" + text + "\"}", hint), marker);
  EXPECT_EQ(hint, 12U);
  EXPECT_EQ(find_marker(text, hint), marker);
}

TEST(Marker, IsNotFoundInATextWithoutOne) {
  std::size_t hint = 7;
  EXPECT_FALSE(find_marker("hello", hint));
  EXPECT_FALSE(find_marker("hello @#~@12", hint));
}

}  // namespace
}  // namespace chatserver::bench
