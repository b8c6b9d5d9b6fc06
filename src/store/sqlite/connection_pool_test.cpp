#include "store/sqlite/connection_pool.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "store/store.hpp"

namespace chatserver::store::sqlite {
namespace {

TEST(ConnectionPool, WithAllLentOutItIsUnavailableUntilOneComesBack) {
  ConnectionPool pool(":memory:", Mode::read_only, 2, std::chrono::milliseconds(1));
  const auto first = pool.lend();
  {
    const auto second = pool.lend();
    EXPECT_NE(&*first, &*second);
    EXPECT_THROW(static_cast<void>(pool.lend()), Unavailable);
  }
  const auto again = pool.lend();
  EXPECT_NE(&*first, &*again);
}

}  // namespace
}  // namespace chatserver::store::sqlite
