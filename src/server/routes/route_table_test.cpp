// Who may call which route: none is open by accident.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

using Name = std::pair<std::string, std::string>;  // method and path

// What needs no token, and what any user's token opens.
const std::set<Name> for_everybody{
    {"GET", "/channels"}, {"GET", "/discovery"}, {"GET", "/health"}, {"GET", "/healthz"}, {"GET", "/readyz"}};
const std::set<Name> for_users{{"GET", "/channels/{id}/messages"}, {"GET", "/messages/private"}};

TEST(RouteTable, AllButWhatIsNamedHereIsForAdministrators) {
  std::map<Name, Access> table;
  for (const Route& route : api_routes({})) {
    const Name name{route.method, route.path};
    EXPECT_TRUE(table.emplace(name, route.access).second) << route.path << " twice";
    const Access wanted = for_everybody.contains(name) ? Access::everybody
                          : for_users.contains(name)   ? Access::token
                                                       : Access::admin;
    EXPECT_EQ(route.access, wanted) << route.method << " " << route.path;
  }
  for (const auto& names : {for_everybody, for_users}) {
    for (const Name& name : names) EXPECT_TRUE(table.contains(name)) << name.second;
  }
  EXPECT_GT(table.size(), for_everybody.size() + for_users.size());
}

// What sends more than a few bytes.
const std::set<Name> with_body{{"POST", "/channels"},
                               {"PATCH", "/channels"},
                               {"DELETE", "/messages"},
                               {"POST", "/users/ban"},
                               {"PATCH", "/ratelimits"}};

TEST(RouteTable, OnlyWhatReadsABodyTakesALargeOne) {
  const Router router(api_routes({}));
  for (const Route& route : api_routes({})) {
    const bool reads = with_body.contains({std::string(route.method), std::string(route.path)});
    EXPECT_EQ(route.body_bytes, reads ? any_body_bytes : unread_body_bytes)
        << route.method << " " << route.path;
    EXPECT_EQ(router.body_bytes(route.method, route.path), route.body_bytes);
  }
  EXPECT_EQ(router.body_bytes("POST", "/discovery"), unread_body_bytes);
  EXPECT_EQ(router.body_bytes("OPTIONS", "/channels"), unread_body_bytes);
  EXPECT_EQ(router.body_bytes("POST", "/nothing"), unread_body_bytes);
}

// docs/openapi.yaml has a path at two spaces and its methods at four.
std::set<Name> described() {
  std::ifstream file("docs/openapi.yaml");
  std::set<Name> names;
  std::string path;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("  /") && line.ends_with(':')) path = line.substr(2, line.size() - 3);
    for (const char* method : {"get", "post", "patch", "delete"}) {
      if (line != "    " + std::string(method) + ":") continue;
      std::string upper(method);
      std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 32); });
      names.emplace(upper, path);
    }
  }
  return names;
}

TEST(RouteTable, EachRouteIsDescribed) {
  const std::set<Name> names = described();
  ASSERT_FALSE(names.empty()) << "to be run in the repository's folder";
  for (const Route& route : api_routes({})) {
    EXPECT_TRUE(names.contains(Name{route.method, route.path}))
        << "docs/openapi.yaml lacks " << route.method << " " << route.path;
  }
}

// Served elsewhere.
bool is_elsewhere(const Name& name) {
  static const std::set<Name> names{{"GET", "/metrics"}, {"GET", "/ws"}, {"POST", "/backchannel-logout"}};
  return names.contains(name) || name.second.starts_with("/realms/");
}

TEST(RouteTable, WhatIsDescribedIsThere) {
  std::set<Name> table;
  for (const Route& route : api_routes({})) table.emplace(route.method, route.path);
  for (const Name& name : described()) {
    EXPECT_EQ(table.contains(name), !is_elsewhere(name)) << name.first << " " << name.second;
  }
}

}  // namespace
}  // namespace chatserver::server
