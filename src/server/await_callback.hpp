#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
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

// The same for at most `timeout`: nothing then, and what is answered later is dropped.
template <class T, class Start>
[[nodiscard]] Task<std::optional<T>> await_callback_for(Executor executor, std::chrono::milliseconds timeout,
                                                        Start start) {
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  auto initiate = [executor, timeout, &start](auto handler) {
    struct Waiting {
      decltype(handler) resume;
      Timer timer;
      bool over = false;
    };
    // Touched on the executor's thread alone, where answer and timer take turns.
    auto waiting = std::make_shared<Waiting>(std::move(handler), Timer(executor));
    const auto finish = [waiting](std::optional<T> result) {
      if (std::exchange(waiting->over, true)) return;
      waiting->timer.cancel();
      std::move(waiting->resume)(std::move(result));
    };
    waiting->timer.expires_after(timeout);
    waiting->timer.async_wait([finish](const boost::system::error_code& error) {
      if (!error) finish(std::nullopt);
    });
    start([executor, finish, work = boost::asio::make_work_guard(executor)](T result) mutable {
      boost::asio::post(executor,
                        [finish, result = std::move(result)]() mutable { finish(std::move(result)); });
    });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>&,
                                                 void(std::optional<T>)>(
      initiate, boost::asio::use_awaitable_t<Executor>{});
}

}  // namespace chatserver::server
