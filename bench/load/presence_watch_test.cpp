#include "load/presence_watch.hpp"

#include <string>

#include <gtest/gtest.h>

#include "load/synthetic_users.hpp"

namespace chatserver::bench {
namespace {

void receive(PresenceWatch& watch, std::uint32_t client, const std::string& payload) {
  watch.on_text(client, {.opcode = Opcode::text, .payload = payload, .wire_bytes = payload.size() + 2});
}

std::string user(std::size_t number, bool status = true) {
  return R"({"username":"u","id":")" + synthetic_user_id(number) + R"(","status":)" +
         (status ? "true}" : "false}");
}

std::string status(std::size_t number, bool present) {
  return R"({"type":"user_status","sender":"Server","payload":)" + user(number, present) + "}";
}

TEST(PresenceWatch, AgreesOnceEverybodyIsKnown) {
  PresenceWatch watch(2, 3);
  receive(watch, 1,
          R"({"type":"connected_users","sender":"Server","payload":{"users":[)" + user(0) + "," + user(2) +
              "]}}");
  EXPECT_EQ(watch.welcomed(), 1U);
  EXPECT_EQ(watch.agreeing(), 0U);
  receive(watch, 1, status(1, true));
  receive(watch, 1, status(1, true));
  EXPECT_EQ(watch.agreeing(), 1U);
  EXPECT_EQ(watch.status_frames(), 2U);
}

TEST(PresenceWatch, DisagreesAgainWhenSomebodyIsSaidToHaveLeft) {
  PresenceWatch watch(1, 1);
  receive(watch, 0, status(0, true));
  EXPECT_EQ(watch.agreeing(), 1U);
  receive(watch, 0, status(0, false));
  EXPECT_EQ(watch.agreeing(), 0U);
}

}  // namespace
}  // namespace chatserver::bench
