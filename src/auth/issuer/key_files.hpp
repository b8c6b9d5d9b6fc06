#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "auth/issuer/key_storage.hpp"

namespace chatserver::auth {

// The keys in a directory: the private one in `file`; beside it, in `issuer-keys.json`, the rest.
class KeyFiles final : public KeyStorage {
 public:
  explicit KeyFiles(std::filesystem::path file);

  [[nodiscard]] std::string version() const override;
  [[nodiscard]] std::expected<KeptKeys, SigningKeyError> read() const override;

 private:
  [[nodiscard]] std::expected<void, SigningKeyError> update(const Change& change) override;

  const std::filesystem::path file_;
  const std::filesystem::path history_file_;
};

}  // namespace chatserver::auth
