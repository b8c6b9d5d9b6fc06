#pragma once

#include <stdexcept>
#include <string>

namespace chatserver::store::postgres {

// What went wrong with the database, for the log: no value of any row is in it.
class Failure : public std::runtime_error {
 public:
  enum class Kind {
    connection,  // none could be made, or it broke: what was under way may or may not have happened
    statement,   // the server refused: nothing of the transaction has happened
  };

  Failure(Kind kind, const std::string& what, std::string sqlstate = {})
      : std::runtime_error(what), kind_(kind), sqlstate_(std::move(sqlstate)) {}

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  // Five characters of PostgreSQL's Appendix A; empty when the server said nothing.
  [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }

 private:
  Kind kind_;
  std::string sqlstate_;
};

}  // namespace chatserver::store::postgres
