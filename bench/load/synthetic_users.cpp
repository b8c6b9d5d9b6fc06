#include "load/synthetic_users.hpp"

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "auth/issuer/issuer.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "load/interrupt.hpp"

namespace chatserver::bench {
namespace {

constexpr std::string_view id_start = "00000000";
constexpr std::string_view id_middle = "-0000-4000-8000-";
constexpr std::size_t id_digits = 12;

auth::SigningKey signing_key(const std::filesystem::path& data_dir) {
  for (const auto& entry : std::filesystem::directory_iterator(data_dir)) {
    if (entry.path().extension() != ".pem") continue;
    auto key = auth::SigningKey::from_pem(read_file(entry.path()));
    if (!key) throw std::runtime_error(key.error().message);
    return std::move(*key);
  }
  throw std::runtime_error("no signing key (*.pem) in the server's data directory");
}

std::string issuer_url(const MeasuredServer& server) {
  const std::string document = http_get(server.port(), std::string(auth::discovery_path));
  constexpr std::string_view member = R"("issuer":")";
  const std::size_t at = document.find(member);
  if (at == std::string::npos) throw std::runtime_error("the server's discovery document names no issuer");
  const std::size_t begin = at + member.size();
  return document.substr(begin, document.find('"', begin) - begin);
}

}  // namespace

std::string synthetic_user_id(std::size_t number) {
  return fmt::format("{}{}{:012}", id_start, id_middle, number);
}

std::optional<std::size_t> next_synthetic_user(std::string_view text, std::size_t& at) noexcept {
  at = text.find(id_middle, at);
  if (at == std::string_view::npos || text.size() - at < id_middle.size() + id_digits) return std::nullopt;
  at += id_middle.size();
  std::size_t number = 0;
  for (const char digit : text.substr(at, id_digits))
    number = number * 10 + static_cast<std::size_t>(digit - '0');
  at += id_digits;
  return number;
}

std::vector<std::string> synthetic_tokens(const MeasuredServer& server, std::size_t count, TokenFor use) {
  const bool dashboard = use == TokenFor::dashboard;
  SystemRandom random;
  const SystemClock clock;
  const auth::Issuer issuer(issuer_url(server), "admin", signing_key(server.data_dir()), random);
  std::vector<std::string> tokens;
  for (std::size_t number = 0; number < count; ++number) {
    throw_if_interrupted();
    store::Account account;
    account.id = UserId(synthetic_user_id(number));
    account.username = fmt::format("user{:05}", number);
    account.admin = dashboard;
    tokens.push_back(issuer.issue_access_token(account,
                                               {.client = dashboard ? "WebClient" : "ChatClient",
                                                .session_id = {},
                                                .scope = "openid profile",
                                                .ttl = std::chrono::hours(12)},
                                               clock.utc()));
  }
  return tokens;
}

}  // namespace chatserver::bench
