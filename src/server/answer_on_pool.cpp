#include "server/answer_on_pool.hpp"

namespace chatserver::server {
namespace {

Response answer_or_503(std::move_only_function<Response()>& answer, Log& log) {
  try {
    return answer();
  } catch (const std::exception& error) {
    log.error("request not answered", {{"reason", error.what()}});
    return problem_retry(503, "this cannot be answered just now");
  }
}

}  // namespace

Task<Response> answer_on_pool(BlockingPool& pool, RouteContext context,
                              std::move_only_function<Response()> answer) {
  const auto start = [&](auto done) {
    const auto shared = std::make_shared<decltype(done)>(std::move(done));
    const bool accepted =
        pool.run([shared, answer = std::move(answer), &log = context.services.log]() mutable {
          (*shared)(answer_or_503(answer, log));
        });
    if (!accepted) (*shared)(problem_retry(503, "too much is waiting"));
  };
  co_return co_await await_callback<Response>(context.executor, start);
}

}  // namespace chatserver::server
