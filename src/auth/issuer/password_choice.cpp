#include "auth/issuer/password_choice.hpp"

#include <algorithm>
#include <string>

#include "auth/issuer/common_passwords.hpp"

namespace chatserver::auth {
namespace {

std::string folded(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// What people put behind a word to satisfy a rule: "password" is in "Password123!".
std::string_view without_decoration(std::string_view text) {
  constexpr std::string_view decoration = "0123456789!.?#*$@_-+ ";
  const std::size_t last = text.find_last_not_of(decoration);
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

// "aaaaaaaa", "abababab", "12341234": a start said over and over.
bool is_repetition(std::string_view text) {
  constexpr std::size_t period_max = 4;
  for (std::size_t period = 1; period <= period_max && 2 * period <= text.size(); ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return true;
  }
  return false;
}

}  // namespace

bool is_common_password(std::string_view password) {
  const std::string whole = folded(password);
  const auto listed = [](std::string_view text) {
    return std::ranges::binary_search(common_passwords(), text);
  };
  return listed(whole) || listed(without_decoration(whole)) || is_repetition(whole);
}

std::expected<void, PasswordError> check_password_choice(std::string_view password,
                                                         std::initializer_list<std::string_view> names) {
  if (const auto usable = check_password(password); !usable) return usable;
  if (is_common_password(password)) return std::unexpected(PasswordError::common);
  const std::string whole = folded(password);
  for (const std::string_view name : names) {
    if (name.empty()) continue;
    const std::string lower = folded(name);
    if (whole == lower || without_decoration(whole) == lower) return std::unexpected(PasswordError::is_name);
  }
  return {};
}

}  // namespace chatserver::auth
