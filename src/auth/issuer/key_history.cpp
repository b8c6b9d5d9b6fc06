#include "auth/issuer/key_history.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "auth/json.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;

// Whole seconds, rounded up: a key may stay longer, and no shorter.
std::int64_t seconds(Timestamp time) {
  return std::chrono::ceil<std::chrono::seconds>(time).time_since_epoch().count();
}

std::optional<Timestamp> time_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || !value->is_int64()) return std::nullopt;
  return Timestamp(std::chrono::seconds(value->get_int64()));
}

std::optional<RetiredKey> retired_key(const json::value& value) {
  const auto* object = value.if_object();
  if (!object) return std::nullopt;
  const auto until = time_member(*object, "until");
  const auto* member = object->if_contains("jwk");
  const auto* jwk = member ? member->if_object() : nullptr;
  const auto* kid = jwk ? string_member(*jwk, "kid") : nullptr;
  if (!until || !kid) return std::nullopt;
  return RetiredKey{.kid = std::string(*kid), .public_jwk_json = json::serialize(*jwk), .until = *until};
}

}  // namespace

std::string to_json(const KeyHistory& history) {
  json::array retired;
  for (const RetiredKey& key : history.retired) {
    retired.push_back(
        json::object{{"until", seconds(key.until)}, {"jwk", *parse_json_object(key.public_jwk_json)}});
  }
  return json::serialize(
      json::object{{"tokens_until", seconds(history.tokens_until)}, {"retired", std::move(retired)}});
}

std::optional<KeyHistory> parse_key_history(std::string_view text) {
  const auto document = parse_json_object(text);
  if (!document) return std::nullopt;
  const auto tokens_until = time_member(*document, "tokens_until");
  const auto* member = document->if_contains("retired");
  const auto* retired = member ? member->if_array() : nullptr;
  if (!tokens_until || !retired) return std::nullopt;
  KeyHistory history{.tokens_until = *tokens_until, .retired = {}};
  for (const json::value& value : *retired) {
    auto key = retired_key(value);
    if (!key) return std::nullopt;
    history.retired.push_back(*std::move(key));
  }
  return history;
}

}  // namespace chatserver::auth
