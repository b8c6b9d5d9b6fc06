#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <openssl/types.h>

namespace chatserver::auth::testing {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

// One of each for the whole test program, made on first use.
const Key& rsa_key();
const Key& other_rsa_key();
const Key& small_rsa_key();  // 1024 bits
const Key& p256_key();
const Key& p384_key();
const Key& p521_key();

// The public half, as an issuer would list it. `more` adds or replaces members; null removes one.
boost::json::object jwk(const Key& key, const boost::json::object& more);
std::string jwks(std::initializer_list<boost::json::object> keys);

// The PEM of the public half: what HS256 confusion signs with.
std::string public_pem(const Key& key);
std::string private_pem(const Key& key);

// A signature of `input` as JOSE has it, by the algorithm that `alg` names.
std::string signature(const Key& key, std::string_view alg, std::string_view input);
std::string hmac_sha256(std::string_view secret, std::string_view input);

// header.payload.signature, whatever header and payload are.
std::string token(const Key& key, std::string_view alg, std::string_view header, std::string_view payload);

}  // namespace chatserver::auth::testing
