#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace chatserver::server {

// Asio's types with the executor spelled out: the type-erased default costs
// every idle session memory.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

template <class T = void>
using Task = boost::asio::awaitable<T, Executor>;

// Ends of I/O are values: `auto [error, n] = co_await socket.async_…(…, use_task)`.
inline constexpr auto use_task = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});

}  // namespace chatserver::server
