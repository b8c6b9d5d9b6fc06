#include "auth/verification_key.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cjose/cjose.h>
#include <openssl/err.h>

#include "auth/base64url.hpp"
#include "auth/json.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;

// An unsigned big-endian integer without leading zeros.
struct Magnitude {
  std::string bytes;

  [[nodiscard]] std::size_t bits() const noexcept {
    if (bytes.empty()) return 0;
    return (bytes.size() - 1) * 8 +
           static_cast<std::size_t>(std::bit_width(static_cast<unsigned char>(bytes[0])));
  }
  [[nodiscard]] bool odd() const noexcept { return !bytes.empty() && (bytes.back() & 1) != 0; }
};

std::optional<std::string> decoded_member(const json::object& jwk, std::string_view name) {
  const auto* text = string_member(jwk, name);
  return text ? base64url_decode(*text) : std::nullopt;
}

std::optional<Magnitude> magnitude_member(const json::object& jwk, std::string_view name) {
  auto bytes = decoded_member(jwk, name);
  if (!bytes) return std::nullopt;
  bytes->erase(0, std::min(bytes->find_first_not_of('\0'), bytes->size()));
  return Magnitude{std::move(*bytes)};
}

// What is true of the key's numbers, as far as it is usable.
struct Shape {
  KeyType type;
  std::size_t signature_bytes;
  json::object jwk;  // just the members that make the public key
};

std::optional<Shape> rsa_shape(const json::object& jwk) {
  const auto n = magnitude_member(jwk, "n");
  const auto e = magnitude_member(jwk, "e");
  if (!n || !e || !n->odd() || n->bits() < rsa_bits_min || n->bits() > rsa_bits_max) return std::nullopt;
  // 1 would make every message its own signature; OpenSSL takes at most 64 bits with a large modulus.
  if (!e->odd() || e->bits() < 2 || e->bits() > 64) return std::nullopt;
  return Shape{KeyType::rsa,
               n->bytes.size(),
               {{"kty", "RSA"}, {"n", base64url_encode(n->bytes)}, {"e", base64url_encode(e->bytes)}}};
}

std::optional<Shape> ec_shape(const json::object& jwk) {
  struct Curve {
    std::string_view name;
    KeyType type;
    std::size_t coordinate_bytes;
  };
  static constexpr std::array<Curve, 3> curves{
      {{"P-256", KeyType::p256, 32}, {"P-384", KeyType::p384, 48}, {"P-521", KeyType::p521, 66}}};
  const auto* name = string_member(jwk, "crv");
  const auto x = decoded_member(jwk, "x");
  const auto y = decoded_member(jwk, "y");
  if (!name || !x || !y) return std::nullopt;
  const auto* const curve = std::ranges::find(curves, std::string_view(*name), &Curve::name);
  if (curve == curves.end()) return std::nullopt;
  if (x->size() != curve->coordinate_bytes || y->size() != curve->coordinate_bytes) return std::nullopt;
  return Shape{
      curve->type,
      2 * curve->coordinate_bytes,
      {{"kty", "EC"}, {"crv", curve->name}, {"x", base64url_encode(*x)}, {"y", base64url_encode(*y)}}};
}

bool is_for_verifying(const json::object& jwk) {
  if (jwk.contains("d") || jwk.contains("k")) return false;
  if (jwk.contains("use")) {
    const auto* use = string_member(jwk, "use");
    if (!use || *use != "sig") return false;
  }
  if (const auto* operations = jwk.if_contains("key_ops")) {
    const auto* list = operations->if_array();
    if (!list || std::ranges::find(*list, json::value("verify")) == list->end()) return false;
  }
  return true;
}

}  // namespace

void VerificationKey::Release::operator()(_cjose_jwk_int* jwk) const noexcept {
  cjose_jwk_release(jwk);
}

std::unique_ptr<const VerificationKey> VerificationKey::from_jwk(const json::object& jwk) {
  const auto* kty = string_member(jwk, "kty");
  if (!kty || !is_for_verifying(jwk)) return nullptr;

  std::optional<Shape> shape;
  if (*kty == "RSA") shape = rsa_shape(jwk);
  if (*kty == "EC") shape = ec_shape(jwk);
  if (!shape) return nullptr;

  std::unique_ptr<VerificationKey> key(new VerificationKey);
  key->type_ = shape->type;
  key->signature_bytes_ = shape->signature_bytes;
  if (jwk.contains("kid")) {
    const auto* kid = string_member(jwk, "kid");
    if (!kid) return nullptr;
    key->kid_ = std::string(*kid);
  }
  if (jwk.contains("alg")) {
    const auto* name = string_member(jwk, "alg");
    if (!name) return nullptr;
    key->algorithm_ = algorithm_named(*name);
    if (!key->algorithm_ || key_type_for(*key->algorithm_) != key->type_) return nullptr;
  }

  // One key at a time: cjose fails a whole set over one that it does not know.
  const auto text = json::serialize(shape->jwk);
  key->jwk_.reset(cjose_jwk_import(text.data(), text.size(), nullptr));
  if (!key->jwk_) {  // a point beside its curve
    ERR_clear_error();
    return nullptr;
  }
  return key;
}

bool VerificationKey::allows(Algorithm algorithm) const noexcept {
  return key_type_for(algorithm) == type_ && (!algorithm_ || *algorithm_ == algorithm);
}

bool VerificationKey::verifies(std::string_view token, const CompactJws& jws) const {
  // cjose halves an EC signature of any length.
  if (jws.signature_bytes != signature_bytes_) return false;
  const std::unique_ptr<cjose_jws_t, void (*)(cjose_jws_t*)> imported(
      cjose_jws_import(token.data(), token.size(), nullptr), &cjose_jws_release);
  const bool good = imported && cjose_jws_verify(imported.get(), jwk_.get(), nullptr);
  // A refusal must not stay in this thread's error queue: the next TLS call would take it for its own.
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace chatserver::auth
