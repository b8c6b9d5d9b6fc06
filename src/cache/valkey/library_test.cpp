#include "cache/valkey/library.hpp"

#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

TEST(ValkeyLibrary, ItsNamesFollowFromItsCode) {
  const Library one("#!lua name=LIBRARY\nredis.register_function('LIBRARY_append', f)");
  const Library other("#!lua name=LIBRARY\nredis.register_function('LIBRARY_append', g)");
  EXPECT_NE(one.function("append"), other.function("append"));
  EXPECT_NE(one.code().find("'" + one.function("append") + "'"), std::string::npos);
  EXPECT_EQ(one.code().find("LIBRARY"), std::string::npos);
}

TEST(ValkeyLibrary, KnowsWhatServersSayOfIt) {
  EXPECT_TRUE(is_unknown_function({"ERR Function not found"}));
  EXPECT_FALSE(is_unknown_function({"ERR unknown command 'FCALL'"}));
  EXPECT_TRUE(is_loaded_already({"ERR Library 'chat_0123456789ab' already exists"}));
  EXPECT_FALSE(is_loaded_already({"ERR Error compiling function"}));
}

}  // namespace
}  // namespace chatserver::cache::valkey
