#include "cache/valkey/safety.hpp"

#include <string_view>

#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

// The value of a line "name:value"; empty when there is none.
std::string_view field(std::string_view info, std::string_view name) {
  std::size_t at = 0;
  while (at < info.size()) {
    const std::size_t end = std::min(info.find_first_of("\r\n", at), info.size());
    const std::string_view line = info.substr(at, end - at);
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':')
      return line.substr(name.size() + 1);
    at = end + 1;
  }
  return {};
}

// Functions came with 7.
bool is_too_old(std::string_view version) {
  return version.find('.') == 1 && version.front() < '7';
}

}  // namespace

bool is_loading(const Reply& info) {
  return field(checked(info).text(), "loading") == "1";
}

std::string process_of(const Reply& info) {
  return std::string(field(checked(info).text(), "run_id"));
}

std::expected<void, std::string> check_safety(const Reply& info, const Reply& fsync, bool durable) {
  const std::string_view text = checked(info).text();
  if (is_too_old(field(text, "redis_version")))
    return std::unexpected("the server is older than 7.0, which is the first that has functions");
  // A cluster would spread the keys, which one function uses together.
  if (field(text, "cluster_enabled") == "1")
    return std::unexpected(
        "the server is part of a cluster, which cannot be used; take one that stands alone");
  const std::string_view policy = field(text, "maxmemory_policy");
  if (field(text, "maxmemory") != "0" && policy != "noeviction") {
    return std::unexpected("maxmemory-policy is " + std::string(policy) +
                           ": messages would be evicted; set it to noeviction");
  }
  if (!durable) return {};
  if (field(text, "aof_enabled") != "1") {
    return std::unexpected(
        "appendonly is no: acknowledged messages would be lost with the server; set it to yes, or "
        "cache.durable = false to accept that");
  }
  if (fsync.error() != nullptr) {
    return std::unexpected(
        "CONFIG GET appendfsync is not permitted (" + fsync.error()->text +
        "), so that it is not known to be always; permit it, or set cache.durable = false");
  }
  if (fsync.array().size() != 2 || fsync.at(1).text() != "always") {
    return std::unexpected(
        "appendfsync is not always: acknowledged messages would be lost with the machine; set it, or "
        "cache.durable = false to accept that");
  }
  return {};
}

}  // namespace chatserver::cache::valkey
