#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace chatserver::app {

// A running server leaves its issuer's URL in the data directory, so that
// `chatserver token` can name it even where the port was chosen by the kernel.
[[nodiscard]] std::filesystem::path issuer_url_file(const std::filesystem::path& data_dir);

// Replaces the file whole. The error is for the operator.
[[nodiscard]] std::expected<void, std::string> write_issuer_url(const std::filesystem::path& data_dir,
                                                                std::string_view issuer_url);

// Empty when no server has run there.
[[nodiscard]] std::string read_issuer_url(const std::filesystem::path& data_dir);

// What the server of these settings calls itself, as far as can be told from outside;
// empty when only a server that has run can know (port 0).
[[nodiscard]] std::string known_issuer_url(const config::Settings& settings);

}  // namespace chatserver::app
