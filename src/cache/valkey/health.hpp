#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/log.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {

// Which of our conversations something is about.
enum class Role : std::uint8_t { append, read, flush, change, presence };

// What works and what does not, told by the threads that find out; it logs when that changes.
//
// Threading: any.
class Health {
 public:
  explicit Health(Log& log) : log_(log) {}

  void note(Role role, Trouble trouble, std::string_view why = {});
  void note_works(Role role) { note(role, Trouble::none); }
  [[nodiscard]] Trouble trouble(Role role) const { return at(role).load(); }
  // What to say of Valkey: of the conversations that messages need.
  [[nodiscard]] Trouble trouble() const;

  // Whether what was last to go into the database did.
  void note_store(bool works, std::string_view why = {});
  [[nodiscard]] bool store_works() const { return store_works_; }

  // Messages that the database did not take, though it takes others.
  void count_set_aside() { ++set_aside_; }
  [[nodiscard]] std::uint64_t set_aside() const { return set_aside_; }
  // Messages that wait for the database, whichever server is to store them.
  void note_backlog(std::int64_t messages) { backlog_ = messages; }
  [[nodiscard]] std::int64_t backlog() const { return backlog_; }

 private:
  static constexpr std::size_t roles = 5;
  [[nodiscard]] std::atomic<Trouble>& at(Role role) { return troubles_.at(static_cast<std::size_t>(role)); }
  [[nodiscard]] const std::atomic<Trouble>& at(Role role) const {
    return troubles_.at(static_cast<std::size_t>(role));
  }

  Log& log_;
  std::array<std::atomic<Trouble>, roles> troubles_{};
  std::atomic<bool> store_works_ = true;
  std::atomic<std::uint64_t> set_aside_ = 0;
  std::atomic<std::int64_t> backlog_ = 0;
};

}  // namespace chatserver::cache::valkey
