#pragma once

#include <string>
#include <string_view>

#include "cache/valkey/reply.hpp"

namespace chatserver::cache::valkey {

// The functions of one of our files as a server is given them. Their names carry a hash of the
// code, so that servers of two versions work side by side, each with its own.
//
// Threading: any, once made.
class Library {
 public:
  explicit Library(std::string_view source);

  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  // "append" is called by "chat_0123456789ab_append".
  [[nodiscard]] std::string function(std::string_view short_name) const {
    return name_ + "_" + std::string(short_name);
  }

 private:
  std::string name_;
  std::string code_;
};

// Those that this program was built with: of library/*.lua, which is all about messages, and of presence.lua.
[[nodiscard]] const Library& library();
[[nodiscard]] const Library& presence_library();

// What servers say when a library is not there, and when it is there already.
[[nodiscard]] bool is_unknown_function(const ErrorReply& error);
[[nodiscard]] bool is_loaded_already(const ErrorReply& error);

}  // namespace chatserver::cache::valkey
