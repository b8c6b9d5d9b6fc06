#include "chat/wording.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/server_frame.hpp"
#include "support/server_frames.hpp"

namespace chatserver::chat {
namespace {

std::string text_in(std::string_view bytes) {
  const auto read = test::read_server_frames(bytes);
  return read.frames.size() == 1 && read.rest.empty() ? read.frames[0].payload : "not one frame";
}

Message message(std::string_view nonce) {
  return {.cache_id = CacheId(7),
          .author = {UserId("ann"), "Ann \"A\""},
          .channel_id = ChannelId(2),
          .channel = "General",
          .text = "hello",
          .authored_at = Timestamp{},
          .nonce = std::string(nonce)};
}

const User ann{UserId("ann"), "Ann \"A\" true}"};

TEST(WordingTest, StatusPiecesFitTogether) {
  const hub::PresenceWording words = hub_wording().presence;
  const std::string object = shown_user(std::make_shared<const User>(ann))->object;
  EXPECT_EQ(words.status_head + object + "true}" + words.status_tail,
            protocol::user_status(ann, protocol::Status::online));
  EXPECT_EQ(words.status_head + object + "false}" + words.status_tail,
            protocol::user_status(ann, protocol::Status::offline));
}

TEST(WordingTest, UserListPiecesFitTogether) {
  const hub::PresenceWording words = hub_wording().presence;
  EXPECT_EQ(words.list_head, protocol::connected_users_head());
  EXPECT_EQ(shown_user(std::make_shared<const User>(ann))->object + "true}", protocol::user_object(ann));
  EXPECT_EQ(words.list_tail, protocol::connected_users_tail(std::nullopt));
  EXPECT_EQ(words.list_tail_total + "42" + words.list_end, protocol::connected_users_tail(42));
}

TEST(WordingTest, BulkPiecesFitTogether) {
  const hub::BulkWording words = hub_wording().bulk;
  const std::vector<std::string> objects{public_message(message(""))->object};
  EXPECT_EQ(words.head + objects[0] + words.tail, protocol::bulk_chat_messages(objects));
  EXPECT_EQ(words.head + objects[0] + words.tail_truncated,
            protocol::bulk_chat_messages(objects, {.truncated = true, .reset = false}));
  EXPECT_EQ(words.head + objects[0] + words.tail_reset,
            protocol::bulk_chat_messages(objects, {.truncated = false, .reset = true}));
}

TEST(WordingTest, PublicMessageIsALiveFrameAndAnObject) {
  const Message original = message("n-1");
  const auto encoded = public_message(original);
  EXPECT_EQ(encoded->id, CacheId(7));
  EXPECT_EQ(encoded->channel, ChannelId(2));
  EXPECT_EQ(encoded->author, UserId("ann"));
  EXPECT_EQ(text_in(encoded->frame), protocol::chat_message(original));
  EXPECT_EQ(encoded->object, protocol::message_object(original, protocol::Nonce::omit));
  EXPECT_EQ(encoded->own_object, protocol::message_object(original, protocol::Nonce::include));
  EXPECT_EQ(public_message(message(""))->own_object, "") << "nothing of the author's own";
}

TEST(WordingTest, CloseFramesCarryCodeAndReason) {
  const auto reason = [](const hub::Close& close) {
    const auto read = test::read_server_frames(*close.frame);
    EXPECT_EQ(read.frames.size(), 1U);
    EXPECT_EQ(read.frames[0].opcode, websocket::Opcode::close);
    EXPECT_EQ(read.frames[0].close_code(), close.code);
    return read.frames[0].payload.substr(2);
  };
  EXPECT_EQ(reason(hub_close(protocol::CloseCode::banned, "spam")), "spam");
  EXPECT_EQ(reason(hub_close(protocol::CloseCode::banned)), "banned");
  EXPECT_EQ(reason(hub_wording().too_slow), "too slow to keep up");
  EXPECT_EQ(hub_wording().too_slow.code, 4008);
  EXPECT_EQ(hub_wording().expired.code, 4001);
  EXPECT_EQ(hub_wording().unfinished.code, 1002);
  EXPECT_EQ(reason(hub_echo(1000)), "");
}

TEST(WordingTest, CloseWithoutACodeIsAnsweredWithoutOne) {
  EXPECT_EQ(text_in(*hub_echo(1005).frame), "");
}

}  // namespace
}  // namespace chatserver::chat
