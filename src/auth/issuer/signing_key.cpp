#include "auth/issuer/signing_key.hpp"

#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "auth/base64url.hpp"
#include "auth/issuer/secret.hpp"
#include "base/check.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;

constexpr unsigned int new_key_bits = 2048;

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

// A number of the key, big-endian, as JWK has it.
std::string number(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  check(EVP_PKEY_get_bn_param(key, name, &value) == 1, "an RSA key has its numbers");
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> owner(value, &BN_free);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
  return base64url_encode(bytes);
}

// RFC 7638 section 3: the required members in lexicographic order, without spaces.
std::string thumbprint(std::string_view n, std::string_view e) {
  std::string canonical = R"({"e":")";
  canonical.append(e).append(R"(","kty":"RSA","n":")").append(n).append(R"("})");
  return base64url_encode(sha256(canonical));
}

std::string rs256(EVP_PKEY* key, std::string_view input) {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto* bytes = reinterpret_cast<const unsigned char*>(input.data());
  std::size_t size = 0;
  check(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
            EVP_DigestSign(context.get(), nullptr, &size, bytes, input.size()) == 1,
        "an RSA key signs");
  std::string signature(size, '\0');
  check(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                       input.size()) == 1,
        "an RSA key signs");
  signature.resize(size);
  return signature;
}

// Whether private and public half belong together: a file that lost a byte
// often still parses.
bool is_consistent(EVP_PKEY* key) {
  const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(EVP_PKEY_CTX_new(key, nullptr),
                                                                       &EVP_PKEY_CTX_free);
  return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

}  // namespace

struct SigningKey::Impl {
  explicit Impl(Key from)
      : key(std::move(from)),
        n(number(key.get(), OSSL_PKEY_PARAM_RSA_N)),
        e(number(key.get(), OSSL_PKEY_PARAM_RSA_E)),
        kid(thumbprint(n, e)) {}

  Key key;
  std::string n;
  std::string e;
  std::string kid;
};

SigningKey::SigningKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::generate() {
  Key key(EVP_RSA_gen(new_key_bits), &EVP_PKEY_free);
  check(key != nullptr, "OpenSSL makes RSA keys");
  return SigningKey(std::make_unique<Impl>(std::move(key)));
}

std::expected<SigningKey, SigningKeyError> SigningKey::from_pem(std::string_view pem) {
  const auto error = [](const char* what) {
    ERR_clear_error();
    return std::unexpected(SigningKeyError{what});
  };
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  // An empty pass phrase, so that OpenSSL never asks the terminal for one.
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")), &EVP_PKEY_free);
  if (!key) return error("it is not a private key in PEM form");
  if (EVP_PKEY_is_a(key.get(), "RSA") != 1) return error("it is not an RSA key");
  if (EVP_PKEY_get_bits(key.get()) < static_cast<int>(new_key_bits))
    return error("it has less than 2048 bits");
  if (!is_consistent(key.get())) return error("its parts do not fit together");
  return SigningKey(std::make_unique<Impl>(std::move(key)));
}

std::string SigningKey::to_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  check(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), impl_->key.get(), nullptr, nullptr, 0, nullptr,
                                             nullptr) == 1,
        "a key has a PEM form");
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

const std::string& SigningKey::kid() const noexcept {
  return impl_->kid;
}

std::string SigningKey::public_jwk_json() const {
  const json::object jwk{{"kty", "RSA"},      {"use", "sig"},  {"alg", "RS256"},
                         {"kid", impl_->kid}, {"n", impl_->n}, {"e", impl_->e}};
  return json::serialize(jwk);
}

std::string SigningKey::sign(std::string_view payload_json, std::string_view type) const {
  const json::object header{{"alg", "RS256"}, {"typ", type}, {"kid", impl_->kid}};
  auto token = base64url_encode(json::serialize(header)) + '.' + base64url_encode(payload_json);
  token += '.' + base64url_encode(rs256(impl_->key.get(), token));
  return token;
}

}  // namespace chatserver::auth
