#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "server/asio_types.hpp"

namespace chatserver::server {

// Awaits what answers through a callback from another thread: `start` gets a
// callable to be called once with a T; the coroutine goes on on `executor`.
template <class T, class Start>
[[nodiscard]] Task<T> await_callback(Executor executor, Start start) {
  auto initiate = [executor, &start](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    // The executor's loop does not end while the answer is on its way.
    start([executor, shared, work = boost::asio::make_work_guard(executor)](T result) mutable {
      boost::asio::post(executor, [shared, result = std::move(result)]() mutable {
        std::move (*shared)(std::move(result));
      });
    });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>&, void(T)>(
      initiate, boost::asio::use_awaitable_t<Executor>{});
}

}  // namespace chatserver::server
