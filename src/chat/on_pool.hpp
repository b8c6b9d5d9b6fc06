#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/async/blocking_pool.hpp"
#include "base/log.hpp"
#include "store/store.hpp"

namespace chatserver::chat {

// Runs `verb`, which blocks, on the pool, and hands `done` what it returns; `refused` when too
// much waits there already. `done` is called once, on the pool's thread or at once.
template <class Outcome, class Verb>
void on_pool(BlockingPool& pool, Verb verb, std::move_only_function<void(Outcome)> done,
             std::type_identity_t<Outcome> refused) {
  const auto shared = std::make_shared<std::move_only_function<void(Outcome)>>(std::move(done));
  const bool accepted =
      pool.run([verb = std::move(verb), shared]() mutable { (*shared)(std::move(verb)()); });
  if (!accepted) (*shared)(std::move(refused));
}

template <class Result>
using OnRead = std::move_only_function<void(std::optional<Result>)>;

// The same for `read`, which asks the database: nullopt when it is away (logged under
// `failure`) or too much waits already.
template <class Result, class Read>
void read_on_pool(BlockingPool& pool, Log& log, std::string_view failure, Read read, OnRead<Result> done) {
  auto verb = [&log, failure, read = std::move(read)]() mutable {
    std::optional<Result> result;
    try {
      result = read();
    } catch (const store::Unavailable& error) {
      log.warning(failure, {{"reason", error.what()}});
    }
    return result;
  };
  on_pool(pool, std::move(verb), std::move(done), std::nullopt);
}

}  // namespace chatserver::chat
