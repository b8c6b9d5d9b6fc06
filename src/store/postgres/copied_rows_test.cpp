#include "store/postgres/copied_rows.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace chatserver::store::postgres {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view header = "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"sv;

TEST(CopiedRows, NoRowIsAHeaderAndAnEnd) {
  EXPECT_EQ(CopiedRows().finish(), std::string(header) + "\xff\xff");
}

TEST(CopiedRows, ARowIsItsValuesWithTheirLengths) {
  CopiedRows rows;
  rows.add(std::int64_t{258}, "hi"sv);
  const auto row = "\0\2\0\0\0\x08\0\0\0\0\0\0\1\2\0\0\0\2hi"sv;
  EXPECT_EQ(std::move(rows).finish(), std::string(header) + std::string(row) + "\xff\xff");
}

TEST(CopiedRows, NullHasALengthOfItsOwn) {
  CopiedRows rows;
  rows.add(std::optional<std::int64_t>(), ""sv);
  const auto row = "\0\2\xff\xff\xff\xff\0\0\0\0"sv;
  EXPECT_EQ(std::move(rows).finish(), std::string(header) + std::string(row) + "\xff\xff");
}

TEST(CopiedRows, TextIsWhatADatabaseCanStore) {
  CopiedRows rows;
  rows.add("a\0b"sv);
  const std::string bytes = std::move(rows).finish();
  EXPECT_EQ(bytes.substr(header.size() + 2),
            "\0\0\0\x07"
            "a\xef\xb7\x90"
            "00b\xff\xff"sv);
}

}  // namespace
}  // namespace chatserver::store::postgres
