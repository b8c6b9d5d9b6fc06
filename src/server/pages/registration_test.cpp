#include "server/pages/registration.hpp"

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using auth::Registration;

auth::Registration with_header(Registration setting, Reach reach, const char* header) {
  Request request;
  request.headers.emplace("host", "localhost");
  if (header != nullptr) request.headers.emplace(header, "203.0.113.7");
  return registration_for(registration_policy(setting, reach), request);
}

TEST(Registration, AutomaticIsOpenOnThisMachineOnly) {
  EXPECT_EQ(with_header(Registration::automatic, Reach::this_machine, nullptr), Registration::open);
  EXPECT_EQ(with_header(Registration::automatic, Reach::network, nullptr), Registration::closed);
}

TEST(Registration, AutomaticIsNeverOpenThroughAProxy) {
  for (const char* header : {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
                             "x-forwarded-server", "x-real-ip"}) {
    EXPECT_EQ(with_header(Registration::automatic, Reach::this_machine, header), Registration::closed)
        << header;
  }
}

TEST(Registration, WhatWasSetHoldsEverywhere) {
  for (const auto setting : {Registration::open, Registration::invite, Registration::closed}) {
    for (const auto reach : {Reach::this_machine, Reach::network}) {
      EXPECT_EQ(with_header(setting, reach, nullptr), setting);
      EXPECT_EQ(with_header(setting, reach, "x-forwarded-for"), setting);
    }
  }
}

}  // namespace
}  // namespace chatserver::server
