#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace chatserver {

void check_failed(const char* what, std::source_location where) noexcept {
  std::fprintf(stderr, "%s:%u: invariant broken in %s: %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), where.function_name(), what);
  std::abort();
}

}  // namespace chatserver
