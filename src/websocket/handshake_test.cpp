#include "websocket/handshake.hpp"

#include <gtest/gtest.h>

namespace chatserver::websocket {
namespace {

TEST(Handshake, AnswersTheExampleOfRfc6455) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Handshake, AKeyIsSixteenBytesOfBase64) {
  EXPECT_TRUE(valid_key("dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_TRUE(valid_key("AAAAAAAAAAAAAAAAAAAAAA=="));
  EXPECT_TRUE(valid_key("/////////////////////w=="));
}

TEST(Handshake, OtherKeysAreRefused) {
  EXPECT_FALSE(valid_key(""));
  EXPECT_FALSE(valid_key("AAAAAAAAAAAAAAAAAAAAAA"));     // no padding
  EXPECT_FALSE(valid_key("AAAAAAAAAAAAAAAAAAAAAAA="));   // 17 bytes
  EXPECT_FALSE(valid_key("AAAAAAAAAAAAAAAAAAAA"));       // 15 bytes
  EXPECT_FALSE(valid_key("AAAAAAAAAAAAAAAAAAAAAB=="));   // bits beyond the 128th
  EXPECT_FALSE(valid_key("AAAAAAAAAAAAAAAAAAAA-_=="));   // base64url
  EXPECT_FALSE(valid_key("AAAAAAAAAA AAAAAAAAAAA=="));   // a space
  EXPECT_FALSE(valid_key("AAAAAAAAAAAAAAAAAAAA=A=="));   // padding inside
  EXPECT_FALSE(valid_key(" AAAAAAAAAAAAAAAAAAAAAA=="));  // a space in front
}

}  // namespace
}  // namespace chatserver::websocket
