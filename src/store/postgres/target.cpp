#include "store/postgres/target.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include <libpq-fe.h>
#include <unistd.h>

namespace chatserver::store::postgres {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// A peer that has vanished is noticed within half a minute, not after the
// kernel's two hours.
constexpr std::array<std::pair<const char*, const char*>, 5> defaults{{{"client_encoding", "UTF8"},
                                                                       {"keepalives_idle", "10"},
                                                                       {"keepalives_interval", "5"},
                                                                       {"keepalives_count", "3"},
                                                                       {"tcp_user_timeout", "20000"}}};

// So that whoever looks at the server's sessions, a second server of ours among
// them, can tell which process this is.
std::string application_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host.front() = '\0';
  return "chatserver process " + std::to_string(::getpid()) + " on " + host.data();
}

std::string value_of(const Parameters& parameters, std::string_view keyword, const std::string& otherwise) {
  const auto found = std::ranges::find(parameters, keyword, &Parameters::value_type::first);
  return found == parameters.end() ? otherwise : found->second;
}

std::string describe(const Parameters& parameters) {
  std::string text = "database";
  if (const auto name = value_of(parameters, "dbname", ""); !name.empty()) text += " " + name;
  const std::string host = value_of(parameters, "host", value_of(parameters, "hostaddr", ""));
  text += " at " + (host.empty() ? "the local socket" : host);
  if (const auto port = value_of(parameters, "port", ""); !port.empty()) text += ":" + port;
  if (const auto user = value_of(parameters, "user", ""); !user.empty()) text += " as user " + user;
  return text;
}

}  // namespace

std::expected<Target, std::string> Target::parse(const std::string& url) {
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(url.c_str(), &complaint), PQconninfoFree);
  const std::unique_ptr<char, void (*)(void*)> complaint_owner(complaint, PQfreemem);
  if (!options) {
    return std::unexpected(
        "store.url is no PostgreSQL connection string, such as postgresql://user:password@host:5432/database "
        "(what is not a letter or digit in a password must be written as %XX)");
  }

  Target target;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) target.parameters_.emplace_back(option->keyword, option->val);
  }
  // libpq ends the password at the first @, and would look up the rest of it as a host.
  if (value_of(target.parameters_, "host", "").contains('@')) {
    return std::unexpected("store.url: an @ in the password must be written as %40");
  }
  for (const auto& [keyword, value] : defaults) {
    if (value_of(target.parameters_, keyword, "").empty()) target.parameters_.emplace_back(keyword, value);
  }
  target.parameters_.emplace_back("fallback_application_name", application_name());
  target.description_ = describe(target.parameters_);
  return target;
}

}  // namespace chatserver::store::postgres
