#include "cache/valkey/health.hpp"

namespace chatserver::cache::valkey {
namespace {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::append:
      return "append";
    case Role::read:
      return "read";
    case Role::flush:
      return "flush";
    case Role::change:
      return "change";
    case Role::presence:
      return "presence";
  }
  return "";
}

}  // namespace

void Health::note(Role role, Trouble trouble, std::string_view why) {
  if (at(role).exchange(trouble) == trouble) return;
  if (trouble == Trouble::none) {
    log_.info("valkey works", {{"for", name_of(role)}});
  } else {
    log_.error("valkey in trouble",
               {{"for", name_of(role)}, {"state", valkey::name_of(trouble)}, {"why", why}});
  }
}

Trouble Health::trouble() const {
  const Trouble read = trouble(Role::read);
  return read == Trouble::none ? trouble(Role::append) : read;
}

void Health::note_store(bool works, std::string_view why) {
  if (store_works_.exchange(works) == works) return;
  if (works) {
    log_.info("messages go into the database again");
  } else {
    log_.error("messages wait for the database", {{"why", why}});
  }
}

}  // namespace chatserver::cache::valkey
