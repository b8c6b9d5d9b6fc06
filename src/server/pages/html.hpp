#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace chatserver::server {

// HTML that is safe to send: markup that stands in our source, and texts that
// were escaped on their way in. Nothing else can become one, so that no page can
// forget to escape.
//
// Threading: a value.
class Html {
 public:
  Html() = default;

  // The text as content, or as the value of a quoted attribute. Characters that
  // HTML has no place for (controls) become U+FFFD.
  [[nodiscard]] static Html escaped(std::string_view text);

  [[nodiscard]] const std::string& markup() const& noexcept { return markup_; }
  [[nodiscard]] std::string markup() && noexcept { return std::move(markup_); }
  [[nodiscard]] bool empty() const noexcept { return markup_.empty(); }

  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }

 private:
  friend Html fill_markup(std::string_view literal, std::span<const Html> parts);
  std::string markup_;
};

// Markup with a `{}` for each part; not to be called but through html().
[[nodiscard]] Html fill_markup(std::string_view literal, std::span<const Html> parts);

// What may fill a gap: Html as it is, anything else escaped.
[[nodiscard]] inline Html as_html(Html part) {
  return part;
}
template <class Text>
  requires std::convertible_to<const Text&, std::string_view>
[[nodiscard]] Html as_html(const Text& part) {
  return Html::escaped(part);
}
[[nodiscard]] inline Html as_html(std::integral auto part) {
  return Html::escaped(std::to_string(part));
}

// A literal of our source, with as many gaps as there are parts: known to the
// compiler, or it does not compile.
template <class... Parts>
class BasicMarkup {
 public:
  template <std::size_t N>
  consteval BasicMarkup(const char (&literal)[N])
      : literal_(literal, N - 1) {  // NOLINT(*-explicit-*, *-c-arrays)
    std::size_t gaps = 0;
    for (std::size_t at = literal_.find("{}"); at != literal_.npos; at = literal_.find("{}", at + 2)) ++gaps;
    if (gaps != sizeof...(Parts)) throw "there must be one {} for each part";
  }
  [[nodiscard]] constexpr std::string_view literal() const noexcept { return literal_; }

 private:
  std::string_view literal_;
};
template <class... Parts>
using Markup = BasicMarkup<std::type_identity_t<Parts>...>;

// html("<p class=\"{}\">{}</p>", kind, text)
template <class... Parts>
[[nodiscard]] Html html(Markup<Parts...> markup, const Parts&... parts) {
  if constexpr (sizeof...(Parts) == 0) {
    return fill_markup(markup.literal(), {});
  } else {
    const Html filled[] = {as_html(parts)...};  // NOLINT(*-c-arrays): std::array needs a count
    return fill_markup(markup.literal(), filled);
  }
}

}  // namespace chatserver::server
