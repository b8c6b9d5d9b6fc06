#pragma once

#include <source_location>

namespace chatserver {

// Ends the program with a message on standard error: a broken invariant is a
// bug, and going on with it could lose or leak something. Active in release.
[[noreturn]] void check_failed(const char* what, std::source_location where) noexcept;

// States an invariant; `what` names it in the words of the code around it.
// Threading: any.
constexpr void check(bool condition, const char* what,
                     std::source_location where = std::source_location::current()) noexcept {
  if (!condition) [[unlikely]]
    check_failed(what, where);
}

}  // namespace chatserver
