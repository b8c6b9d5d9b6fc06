#include "store/search_terms.hpp"

#include <cstddef>
#include <string_view>

namespace chatserver::store {
namespace {

// More than any subject has; rows that another program wrote may have more, and
// PostgreSQL's longest lexeme is 2,046 bytes.
constexpr std::size_t author_bytes_max = 512;

}  // namespace

std::string author_term(const UserId& author) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string term = "_u";
  for (const char c : std::string_view(author.value()).substr(0, author_bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    term += digits[byte >> 4U];
    term += digits[byte & 0xfU];
  }
  return term;
}

std::string channel_term(ChannelId channel) {
  return "_c" + std::to_string(channel.value());
}

std::string index_terms(search::Analyzer& analyzer, const Message& message) {
  std::string all;
  const auto add = [&all](std::string_view term) { all.append(term) += ' '; };
  for (const std::string& term : analyzer.terms_of(message.text)) add(term);
  add(author_term(message.author.id));
  add(channel_term(message.channel_id));
  return all;
}

}  // namespace chatserver::store
