#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/async/blocking_pool.hpp"
#include "base/log.hpp"
#include "store/store.hpp"

namespace chatserver::chat {

template <class Result>
using OnRead = std::move_only_function<void(std::optional<Result>)>;

// Runs `read`, which asks the database and blocks, on the pool, and hands `done` what it returns: nullopt
// when the database is away (logged under `failure`) or too much waits there already. `done` is called
// once, on the pool's thread or at once.
template <class Result, class Read>
void read_on_pool(BlockingPool& pool, Log& log, std::string_view failure, Read read, OnRead<Result> done) {
  const auto shared = std::make_shared<OnRead<Result>>(std::move(done));
  const bool accepted = pool.run([&log, failure, read = std::move(read), shared]() mutable {
    std::optional<Result> result;
    try {
      result = read();
    } catch (const store::Unavailable& error) {
      log.warning(failure, {{"reason", error.what()}});
    }
    (*shared)(std::move(result));
  });
  if (!accepted) (*shared)(std::nullopt);
}

}  // namespace chatserver::chat
