#include "auth/testing/token_forge.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "auth/base64url.hpp"
#include "base/check.hpp"

namespace chatserver::auth::testing {
namespace {

namespace json = boost::json;

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;

std::string content(const Bio& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Key rsa(unsigned bits) {
  return {EVP_RSA_gen(bits), &EVP_PKEY_free};
}
Key ec(const char* curve) {
  return {EVP_EC_gen(curve), &EVP_PKEY_free};
}

// At least `bytes_min` long, zeros first.
std::string number(const Key& key, const char* name, int bytes_min = 0) {
  BIGNUM* value = nullptr;
  check(EVP_PKEY_get_bn_param(key.get(), name, &value) == 1, "the key has this number");
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> owner(value, &BN_free);
  std::string bytes(static_cast<std::size_t>(std::max(BN_num_bytes(value), bytes_min)), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return base64url_encode(bytes);
}

int coordinate_bytes(const Key& key) {
  return (EVP_PKEY_get_bits(key.get()) + 7) / 8;
}

std::string raw_from_der(const std::string& der, int coordinate) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, void (*)(ECDSA_SIG*)> pair(
      d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())), &ECDSA_SIG_free);
  std::string raw(static_cast<std::size_t>(2 * coordinate), '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, coordinate);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + coordinate, coordinate);
  return raw;
}

}  // namespace

const Key& rsa_key() {
  static const Key key = rsa(2048);
  return key;
}

const Key& other_rsa_key() {
  static const Key key = rsa(2048);
  return key;
}

const Key& small_rsa_key() {
  static const Key key = rsa(1024);
  return key;
}

const Key& p256_key() {
  static const Key key = ec("P-256");
  return key;
}

const Key& p384_key() {
  static const Key key = ec("P-384");
  return key;
}

const Key& p521_key() {
  static const Key key = ec("P-521");
  return key;
}

json::object jwk(const Key& key, const json::object& more) {
  json::object result;
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    result = {
        {"kty", "RSA"}, {"n", number(key, OSSL_PKEY_PARAM_RSA_N)}, {"e", number(key, OSSL_PKEY_PARAM_RSA_E)}};
  } else {
    const int bits = EVP_PKEY_get_bits(key.get());
    result = {{"kty", "EC"},
              {"crv", bits == 256   ? "P-256"
                      : bits == 384 ? "P-384"
                                    : "P-521"},
              {"x", number(key, OSSL_PKEY_PARAM_EC_PUB_X, coordinate_bytes(key))},
              {"y", number(key, OSSL_PKEY_PARAM_EC_PUB_Y, coordinate_bytes(key))}};
  }
  for (const auto& [name, value] : more) {
    if (value.is_null()) {
      result.erase(name);
    } else {
      result[name] = value;
    }
  }
  return result;
}

std::string jwks(std::initializer_list<json::object> list) {
  json::array array;
  for (const auto& key : list) array.emplace_back(key);
  return json::serialize(json::object{{"keys", std::move(array)}});
}

std::string public_pem(const Key& key) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PUBKEY(bio.get(), key.get());
  return content(bio);
}

std::string private_pem(const Key& key) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return content(bio);
}

std::string signature(const Key& key, std::string_view alg, std::string_view input) {
  const auto* digest = alg.ends_with("256")   ? EVP_sha256()
                       : alg.ends_with("384") ? EVP_sha384()
                                              : EVP_sha512();
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;  // owned by context
  check(EVP_DigestSignInit(context.get(), &options, digest, nullptr, key.get()) == 1, "the key signs");
  if (alg.starts_with("PS")) {
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(input.data());
  std::size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, bytes, input.size());
  std::string made(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, bytes, input.size());
  made.resize(size);
  return EVP_PKEY_is_a(key.get(), "EC") == 1 ? raw_from_der(made, coordinate_bytes(key)) : made;
}

std::string hmac_sha256(std::string_view secret, std::string_view input) {
  std::string made(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(input.data()), input.size(),
       reinterpret_cast<unsigned char*>(made.data()), &size);
  made.resize(size);
  return made;
}

std::string token(const Key& key, std::string_view alg, std::string_view header, std::string_view payload) {
  auto made = base64url_encode(header) + '.' + base64url_encode(payload);
  made += '.' + base64url_encode(signature(key, alg, made));
  return made;
}

}  // namespace chatserver::auth::testing
