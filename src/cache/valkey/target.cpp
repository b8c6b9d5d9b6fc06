#include "cache/valkey/target.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace chatserver::cache::valkey {
namespace {

// As many as the server has unless told otherwise is 16; more are rare but possible.
constexpr int database_max = 1'000'000;

std::unexpected<std::string> complaint(std::string_view what) {
  return std::unexpected("cache.url: " + std::string(what));
}

// Cuts `text` at the first (or last) `mark`; the part before it, or nothing when there is none.
std::optional<std::string_view> take_until(std::string_view& text, std::size_t at) {
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at + 1);
  return before;
}

template <class Number>
std::optional<Number> number_in(std::string_view text, Number least, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    return std::nullopt;
  return value;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    if (text.front() != '%') {
      plain += text.front();
      text.remove_prefix(1);
      continue;
    }
    unsigned byte = 0;
    if (text.size() < 3) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
    if (error != std::errc{} || end != text.data() + 3) return std::nullopt;
    plain += static_cast<char>(byte);
    text.remove_prefix(3);
  }
  return plain;
}

class Parser {
 public:
  explicit Parser(std::string_view url) : rest_(url) {}

  std::expected<Target, std::string> parse() {
    if (!scheme()) return complaint("must begin with valkey:// or valkeys://");
    const std::size_t question = rest_.find('?');
    const std::string_view query = question == std::string_view::npos ? "" : rest_.substr(question + 1);
    rest_ = rest_.substr(0, question);
    if (!credentials()) return complaint("user and password must be %-encoded where they have / ? @ : or %");
    if (!place()) return complaint("must name host[:port][/db], or the path of a socket");
    if (!parameters(query)) return complaint("knows the parameters db, a number, and ca, a file, only");
    if (!target_.ca_file.empty() && !target_.tls) return complaint("ca is for valkeys://, TLS");
    return std::move(target_);
  }

 private:
  bool scheme() {
    for (const auto& [name, tls] : {std::pair{"valkey://", false}, std::pair{"valkeys://", true},
                                    std::pair{"redis://", false}, std::pair{"rediss://", true}}) {
      if (!rest_.starts_with(name)) continue;
      rest_.remove_prefix(std::string_view(name).size());
      target_.tls = tls;
      return true;
    }
    return false;
  }

  bool credentials() {
    auto who = take_until(rest_, rest_.rfind('@'));
    if (!who) return true;
    std::string_view password = *who;
    const auto user = take_until(password, password.find(':'));
    const auto user_plain = decoded(user.value_or(*who));
    const auto password_plain = decoded(user ? password : "");
    if (!user_plain || !password_plain || who->find_first_of("/@") != std::string_view::npos) return false;
    target_.user = *user_plain;
    target_.password = *password_plain;
    return true;
  }

  bool place() {
    if (rest_.starts_with('/')) {
      const auto path = decoded(rest_);
      if (!path || path->size() < 2 || target_.tls) return false;
      target_.socket = *path;
      return true;
    }
    std::string_view authority = rest_;
    if (const auto slash = rest_.find('/'); slash != std::string_view::npos) {
      authority = rest_.substr(0, slash);
      const std::string_view db = rest_.substr(slash + 1);
      if (!db.empty() && !database(db)) return false;
    }
    return host_and_port(authority);
  }

  bool host_and_port(std::string_view authority) {
    std::string_view port;
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
      port = authority.substr(colon + 1);
      authority = authority.substr(0, colon);
      const auto value = number_in<std::uint16_t>(port, 1, UINT16_MAX);
      if (!value) return false;
      target_.port = *value;
    }
    if (authority.starts_with('[') && authority.ends_with(']'))
      authority = authority.substr(1, authority.size() - 2);
    target_.host = authority;
    return !authority.empty();
  }

  bool parameters(std::string_view query) {
    while (!query.empty()) {
      std::string_view one = query.substr(0, query.find('&'));
      query.remove_prefix(std::min(query.size(), one.size() + 1));
      const auto name = take_until(one, one.find('='));
      if (name == "db") {
        if (!database(one)) return false;
      } else if (name == "ca") {
        const auto file = decoded(one);
        if (!file || file->empty()) return false;
        target_.ca_file = *file;
      } else {
        return false;
      }
    }
    return true;
  }

  bool database(std::string_view text) {
    const auto value = number_in<int>(text, 0, database_max);
    target_.database = value.value_or(0);
    return value.has_value();
  }

  std::string_view rest_;
  Target target_;
};

}  // namespace

std::expected<Target, std::string> Target::parse(std::string_view url) {
  return Parser(url).parse();
}

std::string Target::description() const {
  const std::string where = host.empty() ? socket : host + ":" + std::to_string(port);
  return "Valkey at " + where + (database == 0 ? "" : ", database " + std::to_string(database));
}

}  // namespace chatserver::cache::valkey
