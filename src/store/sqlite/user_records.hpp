#pragma once

#include "store/sqlite/connection.hpp"
#include "store/user_records.hpp"

// The SQL of the port UserRecords. What each call means is said there.
namespace chatserver::store::sqlite {

[[nodiscard]] std::vector<User> find_users(Connection& connection, std::string_view name, NameMatch match,
                                           std::size_t limit);
[[nodiscard]] BanPage ban_records(Connection& connection, std::size_t limit, std::size_t offset);

}  // namespace chatserver::store::sqlite
