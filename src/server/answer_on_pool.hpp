#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "base/async/blocking_pool.hpp"
#include "server/await_callback.hpp"
#include "server/http_response.hpp"
#include "server/router.hpp"

namespace chatserver::server {

// What blocks (the database, signing) answers from the pool, so that no shard waits. 503 when
// too much waits already, or when the world behind `answer` is broken: what it throws is logged.
[[nodiscard]] Task<Response> answer_on_pool(BlockingPool& pool, RouteContext context,
                                            std::move_only_function<Response()> answer);

}  // namespace chatserver::server
