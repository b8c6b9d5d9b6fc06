#include "cache/valkey/trouble.hpp"

#include <array>
#include <utility>

#include "base/check.hpp"

namespace chatserver::cache::valkey {
namespace {

using Kind = std::pair<std::string_view, Trouble>;

// Kinds that begin with CHAT are those of library/*.lua.
constexpr std::array<Kind, 11> kinds{{
    {"LOADING", Trouble::loading},
    {"READONLY", Trouble::read_only},
    {"MASTERDOWN", Trouble::read_only},
    {"OOM", Trouble::full},
    {"BUSY", Trouble::slow},
    {"WRONGTYPE", Trouble::foreign},
    {"CHATGENERATION", Trouble::restoring},
    {"CHATBACK", Trouble::restoring},
    {"CHATBACKLOG", Trouble::backlog},
    {"CHATFOREIGN", Trouble::foreign},
    {"NOGROUP", Trouble::restoring},
}};

}  // namespace

std::string_view name_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return "";
    case Trouble::away:
      return "away";
    case Trouble::slow:
      return "slow";
    case Trouble::loading:
      return "loading";
    case Trouble::read_only:
      return "read_only";
    case Trouble::full:
      return "full";
    case Trouble::refusing:
      return "refusing";
    case Trouble::unsafe:
      return "unsafe";
    case Trouble::foreign:
      return "foreign";
    case Trouble::restoring:
      return "restoring";
    case Trouble::backlog:
      return "backlog";
  }
  check(false, "every trouble has a name");
  return "";
}

Trouble trouble_of(const ErrorReply& error) {
  for (const auto& [kind, trouble] : kinds) {
    if (error.kind() == kind) return trouble;
  }
  return Trouble::refusing;
}

const Reply& checked(const Reply& reply) {
  if (const ErrorReply* error = reply.error()) throw Lost(trouble_of(*error), error->text);
  return reply;  // NOLINT(bugprone-return-const-ref-from-parameter): used where it was called, if a temporary
}

}  // namespace chatserver::cache::valkey
