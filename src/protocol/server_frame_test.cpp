#include "protocol/server_frame.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace chatserver::protocol {
namespace {

using namespace std::chrono_literals;

const User ada{UserId("u-1"), "ada"};
const User bob{UserId("u-2"), "bob \"b\""};
constexpr Timestamp new_year = Timestamp(std::chrono::sys_days(2026y / 1 / 1));

Message message(std::string nonce = {}) {
  return {CacheId(7), ada, ChannelId(1), "General", "<h\xC3\xA9llo>\n", new_year, std::move(nonce)};
}
PrivateMessage private_message(std::string nonce = {}) {
  return {CacheId(8), ada, bob, "psst", new_year, std::move(nonce)};
}

TEST(ServerFrame, ChatMessage) {
  EXPECT_EQ(
      chat_message(message()),
      R"({"type":"chat_message","sender":"ada","payload":{"cacheID":7,"owner_id":"u-1","username":"ada",)"
      "\"channel\":\"General\",\"message\":\"<h\xC3\xA9llo>\\n\",\"authored_at\":\"2026-01-01T00:00:00."
      "000000Z\"}}");
}

TEST(ServerFrame, ChatMessageEndsWithItsNonce) {
  EXPECT_EQ(
      chat_message(message("n\"1")),
      R"({"type":"chat_message","sender":"ada","payload":{"cacheID":7,"owner_id":"u-1","username":"ada",)"
      "\"channel\":\"General\",\"message\":\"<h\xC3\xA9llo>\\n\",\"authored_at\":\"2026-01-01T00:00:00."
      "000000Z\","
      R"("nonce":"n\"1"}})");
}

TEST(ServerFrame, PrivateChatMessage) {
  EXPECT_EQ(
      private_chat_message(private_message("n")),
      R"({"type":"private_chat_message","sender":"ada","payload":{"cacheID":8,"owner_id":"u-1","username":"ada",)"
      R"("recipient_id":"u-2","recipient":"bob \"b\"","message":"psst",)"
      R"("authored_at":"2026-01-01T00:00:00.000000Z","nonce":"n"}})");
}

TEST(ServerFrame, ObjectsAreThePayloads) {
  EXPECT_EQ(chat_message(message("n")), R"({"type":"chat_message","sender":"ada","payload":)" +
                                            message_object(message("n"), Nonce::include) + "}");
  EXPECT_EQ(private_chat_message(private_message("n")),
            R"({"type":"private_chat_message","sender":"ada","payload":)" +
                private_message_object(private_message("n"), Nonce::include) + "}");
}

TEST(ServerFrame, OmittedNonceLeavesNoTrace) {
  EXPECT_EQ(message_object(message("n"), Nonce::omit), message_object(message(), Nonce::include));
  EXPECT_EQ(private_message_object(private_message("n"), Nonce::omit),
            private_message_object(private_message(), Nonce::include));
}

TEST(ServerFrame, BulksJoinObjects) {
  const std::vector<std::string> none;
  const std::vector<std::string> two{"{1}", "{2}"};
  EXPECT_EQ(bulk_chat_messages(none),
            R"({"type":"bulk_chat_messages","sender":"Server","payload":{"messages":[]}})");
  EXPECT_EQ(bulk_chat_messages(two),
            R"({"type":"bulk_chat_messages","sender":"Server","payload":{"messages":[{1},{2}]}})");
  EXPECT_EQ(bulk_private_messages(two),
            R"({"type":"bulk_private_messages","sender":"Server","payload":{"messages":[{1},{2}]}})");
}

TEST(ServerFrame, BulksSayWhatTheyLack) {
  const std::vector<std::string> one{"{1}"};
  EXPECT_EQ(
      bulk_chat_messages(one, {.truncated = true}),
      R"({"type":"bulk_chat_messages","sender":"Server","payload":{"messages":[{1}],"truncated":true}})");
  EXPECT_EQ(bulk_chat_messages(one, {.reset = true}),
            R"({"type":"bulk_chat_messages","sender":"Server","payload":{"messages":[{1}],"reset":true}})");
  EXPECT_EQ(
      bulk_private_messages(one, {.truncated = true, .reset = true}),
      R"({"type":"bulk_private_messages","sender":"Server","payload":{"messages":[{1}],"truncated":true,"reset":true}})");
}

TEST(ServerFrame, MessageDeleted) {
  const std::vector<CacheId> ids{CacheId(3), CacheId(5)};
  EXPECT_EQ(
      message_deleted("General", ids),
      R"({"type":"message_deleted","sender":"Server","payload":{"channel":"General","cacheIDs":[3,5]}})");
  EXPECT_EQ(message_deleted(std::nullopt, {}),
            R"({"type":"message_deleted","sender":"Server","payload":{"cacheIDs":[]}})");
}

TEST(ServerFrame, ActiveChannels) {
  const std::vector<Channel> channels{{ChannelId(1), "General", std::nullopt, 1},
                                      {ChannelId(4), "caf\xC3\xA9", "talk", 2}};
  EXPECT_EQ(
      active_channels(channels),
      R"({"type":"active_channels","sender":"Server","payload":{"channels":[{"id":1,"name":"General","sort_order":1},)"
      "{\"id\":4,\"name\":\"caf\xC3\xA9\",\"description\":\"talk\",\"sort_order\":2}]}}");
}

TEST(ServerFrame, Subscribed) {
  const std::vector<std::string> names{"General", "a\"b"};
  EXPECT_EQ(subscribed(names),
            R"({"type":"subscribed","sender":"Server","payload":{"channels":["General","a\"b"]}})");
  EXPECT_EQ(subscribed({}), R"({"type":"subscribed","sender":"Server","payload":{"channels":[]}})");
}

TEST(ServerFrame, UserStatus) {
  EXPECT_EQ(
      user_status(ada, Status::online),
      R"({"type":"user_status","sender":"Server","payload":{"username":"ada","id":"u-1","status":true}})");
  EXPECT_EQ(
      user_status(bob, Status::offline),
      R"({"type":"user_status","sender":"Server","payload":{"username":"bob \"b\"","id":"u-2","status":false}})");
}

TEST(ServerFrame, ConnectedUsersFromPieces) {
  const std::string pieces(connected_users_head());
  EXPECT_EQ(
      pieces + user_object(ada) + "," + user_object(bob) + connected_users_tail(std::nullopt),
      R"({"type":"connected_users","sender":"Server","payload":{"users":[{"username":"ada","id":"u-1","status":true},)"
      R"({"username":"bob \"b\"","id":"u-2","status":true}]}})");
  EXPECT_EQ(
      pieces + user_object(ada) + connected_users_tail(20'000),
      R"({"type":"connected_users","sender":"Server","payload":{"users":[{"username":"ada","id":"u-1","status":true}],)"
      R"("total":20000}})");
}

TEST(ServerFrame, Error) {
  EXPECT_EQ(error(ErrorCode::bad_json, "not JSON", "", std::nullopt),
            R"({"type":"error","sender":"Server","payload":{"code":"bad_json","message":"not JSON"}})");
  EXPECT_EQ(
      error(ErrorCode::rate_limited, "too fast", "n", 1500ms),
      R"({"type":"error","sender":"Server","payload":{"code":"rate_limited","message":"too fast","nonce":"n",)"
      R"("retry_after_ms":1500}})");
}

TEST(ServerFrame, MessageCountByChannel) {
  const std::vector<ChannelCount> counts{{"General", 12}, {"other", 0}};
  EXPECT_EQ(message_count_by_channel(counts),
            R"({"type":"message_count_by_channel","sender":"Server","payload":{"channels":[)"
            R"({"channel":"General","message_count":12},{"channel":"other","message_count":0}]}})");
}

TEST(ServerFrame, SessionActivity) {
  const std::vector<SessionDay> days{{2026y / 1 / 2, 3, 25h + 1s + 500us}, {2026y / 1 / 3, 1, 2min}};
  EXPECT_EQ(session_activity(days),
            R"({"type":"session_activity","sender":"Server","payload":{"session_activity":[)"
            R"({"session_date":"2026-01-02","session_count":3,"total_duration":"25:00:01.000500"},)"
            R"({"session_date":"2026-01-03","session_count":1,"total_duration":"00:02:00"}]}})");
  EXPECT_EQ(session_activity({}),
            R"({"type":"session_activity","sender":"Server","payload":{"session_activity":[]}})");
}

}  // namespace
}  // namespace chatserver::protocol
