#pragma once

#include <expected>

#include "store/opening.hpp"
#include "store/postgres/connection.hpp"

// What happens to a database before it is served from.
namespace chatserver::store::postgres {

// The version of our schema that the database has; 0 when there is none yet, or
// the tables of an older installation; or why it must be left alone. Changes
// nothing. Throws Failure.
[[nodiscard]] std::expected<int, OpenError> inspect(Connection& connection);

// What a failure while opening means to the operator.
[[nodiscard]] OpenError open_error(const Target& target, const Failure& failure);

}  // namespace chatserver::store::postgres
