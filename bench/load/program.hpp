#pragma once

#include <filesystem>

#include <CLI/CLI.hpp>

#include "load/measured_server.hpp"

namespace chatserver::bench {

// What every benchmark that starts a server asks for.
struct ServerChoice {
  std::filesystem::path server_binary = "build/release/chatserver";
  std::filesystem::path data_parent = ".";
  int server_core = 0;
  int load_core = 1;

  void add_to(CLI::App& app) {
    app.add_option("--server-binary", server_binary, "the chatserver to measure")->capture_default_str();
    app.add_option("--data-parent", data_parent, "its data is put below this directory, on a disk")
        ->capture_default_str();
    app.add_option("--server-core", server_core, "core of all the server's threads")->capture_default_str();
    app.add_option("--load-core", load_core, "core of this process")->capture_default_str();
  }

  [[nodiscard]] ServerOptions server() const {
    return {.binary = server_binary, .data_parent = data_parent, .core = server_core, .arguments = {}};
  }
};

// Runs a program's body: parses the arguments, says what went wrong on standard
// error, returns the exit code (0 done, 1 failed, 2 wrong arguments).
template <class Body>
int run_benchmark(CLI::App& app, int argc, char** argv, Body&& body) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    body();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), error.what());
    return 1;
  }
}

}  // namespace chatserver::bench
