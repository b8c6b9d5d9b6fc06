#include "store/lending_pool.hpp"

#include <chrono>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace chatserver::store {
namespace {

TEST(LendingPool, WithAllLentOutItIsUnavailableUntilOneComesBack) {
  std::vector<std::unique_ptr<int>> two;
  two.push_back(std::make_unique<int>(1));
  two.push_back(std::make_unique<int>(2));
  LendingPool<int> pool(std::move(two), std::chrono::milliseconds(1));
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
}  // namespace chatserver::store
