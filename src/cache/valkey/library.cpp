#include "cache/valkey/library.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/check.hpp"

namespace chatserver::cache::valkey {

// The files, compiled in.
std::string_view library_source() noexcept;
std::string_view presence_source() noexcept;

namespace {

constexpr std::string_view placeholder = "LIBRARY";
constexpr std::size_t hash_bytes_shown = 6;

std::string name_for(std::string_view source) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  check(EVP_Digest(source.data(), source.size(), hash.data(), nullptr, EVP_sha256(), nullptr) == 1,
        "OpenSSL has SHA-256");
  std::string name = "chat_";
  for (std::size_t i = 0; i < hash_bytes_shown; ++i) name += fmt::format("{:02x}", hash[i]);
  return name;
}

}  // namespace

Library::Library(std::string_view source) : name_(name_for(source)), code_(source) {
  for (auto at = code_.find(placeholder); at != std::string::npos; at = code_.find(placeholder, at)) {
    code_.replace(at, placeholder.size(), name_);
  }
}

const Library& library() {
  static const Library one(library_source());
  return one;
}

const Library& presence_library() {
  static const Library one(presence_source());
  return one;
}

bool is_unknown_function(const ErrorReply& error) {
  return error.text.find("Function not found") != std::string::npos;
}

bool is_loaded_already(const ErrorReply& error) {
  return error.text.find("already exists") != std::string::npos;
}

}  // namespace chatserver::cache::valkey
