#pragma once

#include <type_traits>
#include <utility>

#include "server/asio_types.hpp"
#include "server/authenticator.hpp"
#include "server/await_callback.hpp"

namespace chatserver::server {

// What `check` says of a token; when that was signed by a key that is not known
// yet, what it says once the keys have been fetched again. `check` returns an
// expected whose error is an AuthRefusal, and is called on `executor` alone.
template <class Check>
[[nodiscard]] Task<std::invoke_result_t<const Check&>> with_fresh_keys(Check check,
                                                                       const Authenticator& authenticator,
                                                                       Executor executor) {
  auto checked = check();
  if (checked || !checked.error().unknown_key) co_return checked;
  const auto start = [&](auto done) {
    authenticator.refresh([done = std::move(done)]() mutable { done(true); });
  };
  co_await await_callback<bool>(executor, start);
  co_return check();
}

}  // namespace chatserver::server
