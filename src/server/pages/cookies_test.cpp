#include "server/pages/cookies.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using namespace std::chrono_literals;

Request with(std::initializer_list<const char*> fields) {
  Request request;
  for (const char* field : fields) request.headers.emplace("cookie", field);
  return request;
}

TEST(Cookies, AreFoundAmongOthers) {
  const Cookies cookies(Transport::plain);
  EXPECT_EQ(cookies.find(with({"a=1; chat_session=x-y_z; b=2"}), "session"), "x-y_z");
  EXPECT_EQ(cookies.find(with({"a=1", "chat_session=s"}), "session"), "s");
  EXPECT_EQ(cookies.find(with({"chat_session="}), "session"), "");
  EXPECT_EQ(cookies.find(with({"chat_sessions=s; xchat_session=s; session=s"}), "session"), std::nullopt);
  EXPECT_EQ(cookies.find(with({}), "session"), std::nullopt);
}

TEST(Cookies, UnderTlsOnlyThoseOfThisHostCount) {
  const Cookies cookies(Transport::tls);
  EXPECT_EQ(cookies.find(with({"chat_session=planted; __Host-chat_session=ours"}), "session"), "ours");
  EXPECT_EQ(cookies.find(with({"chat_session=planted"}), "session"), std::nullopt);
}

TEST(Cookies, AreOutOfReachForScriptsAndOtherSites) {
  EXPECT_EQ(Cookies(Transport::plain).set("form", "v"), "chat_form=v; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(Cookies(Transport::tls).set("form", "v", 60s),
            "__Host-chat_form=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
}

TEST(Cookies, AreRemovedWhereTheyWereSet) {
  EXPECT_EQ(Cookies(Transport::tls).remove("form"),
            "__Host-chat_form=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
}

}  // namespace
}  // namespace chatserver::server
