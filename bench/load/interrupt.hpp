#pragma once

#include <stdexcept>

namespace chatserver::bench {

// SIGINT or SIGTERM came: thrown out of the loops, so that destructors stop the
// server and remove its data.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted") {}
};

// Makes SIGINT and SIGTERM set a flag instead of ending the program, and
// ignores SIGPIPE. Threading: startup.
void catch_interrupts();

// Throws Interrupted once a signal came. Every loop of a benchmark calls it.
void throw_if_interrupted();

}  // namespace chatserver::bench
