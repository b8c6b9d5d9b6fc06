#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "server/listener.hpp"
#include "server/options.hpp"
#include "server/pages/registration.hpp"

namespace chatserver::app {

// Where the server listens, and what follows from it. Threading: pure, but for listen_on() and
// sessions_max(), which are called once.

// The error is for the operator (exit code 3).
[[nodiscard]] std::expected<std::vector<server::Listening>, std::string> listen_on(
    const std::vector<std::string>& addresses);

// `server.sessions_max`; 0: as many as descriptors allow, whose soft limit is raised to the hard one.
[[nodiscard]] std::size_t sessions_max(const server::Options& options);

// What clients on this machine use to reach it, where the settings do not say.
[[nodiscard]] std::string public_url_from(const std::vector<server::Listening>& listening);

// Whether the server is for this machine alone, as far as it can tell.
[[nodiscard]] server::Reach reach_of(const std::vector<server::Listening>& listening,
                                     std::string_view public_url);

}  // namespace chatserver::app
