#include "server/accept.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chatserver::server {
namespace {

constexpr int best = 1000;

// Lower case, without blanks.
std::string folded(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    if (std::isspace(c) == 0) out += static_cast<char>(std::tolower(c));
  }
  return out;
}

// Cuts off and returns what comes before the separator.
std::string_view take(std::string_view& text, char separator) {
  const std::string_view first = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(first.size() + 1, text.size()));
  return first;
}

// `0.8` in thousandths: 0 or 1 and up to three decimals.
std::optional<int> parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || text[0] < '0' || text[0] > '1') return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = text[0] - '0';
  for (std::size_t i = 2; i < 5; ++i) {
    const char digit = i < text.size() ? text[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    weight = weight * 10 + (digit - '0');
  }
  return std::min(weight, best);
}

// Ranges of media types, without parameters, and their weights. One with a malformed weight is nobody's wish.
std::map<std::string, int, std::less<>> accepted(const Request& request) {
  std::map<std::string, int, std::less<>> weights;
  const auto [begin, end] = request.headers.equal_range("accept");
  for (auto it = begin; it != end; ++it) {
    const std::string field = folded(it->second);
    for (std::string_view left = field; !left.empty();) {
      std::string_view parameters = take(left, ',');
      int& weight = weights[std::string(take(parameters, ';'))];
      weight = best;
      while (!parameters.empty()) {
        const std::string_view parameter = take(parameters, ';');
        if (parameter.starts_with("q=")) weight = parse_weight(parameter.substr(2)).value_or(0);
      }
    }
  }
  return weights;
}

// Of two ranges the closer one counts.
int weight_of(std::string_view kind, std::string_view subtype,
              const std::map<std::string, int, std::less<>>& weights) {
  const std::string whole = std::string(kind).append("/").append(subtype);
  for (const std::string& range : {whole, std::string(kind).append("/*"), std::string("*/*")}) {
    if (const auto found = weights.find(range); found != weights.end()) return found->second;
  }
  return 0;
}

}  // namespace

bool prefers_html(const Request& request) {
  const auto weights = accepted(request);
  const int json =
      std::max(weight_of("application", "json", weights), weight_of("application", "problem+json", weights));
  return weight_of("text", "html", weights) > json;
}

}  // namespace chatserver::server
