#include "protocol/close_code.hpp"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace chatserver::protocol {
namespace {

// RFC 6455 §5.5: a control frame has 125 bytes, two of them the code.
constexpr std::size_t close_reason_bytes_max = 123;

TEST(CloseCode, EveryCodeHasOneEntry) {
  for (const CloseCode code :
       {CloseCode::normal, CloseCode::going_away, CloseCode::protocol_error, CloseCode::unsupported,
        CloseCode::invalid_utf8, CloseCode::too_large, CloseCode::internal_error, CloseCode::token_expired,
        CloseCode::banned, CloseCode::too_slow, CloseCode::flooding})
    EXPECT_EQ(describe(code).code, code);

  std::set<std::string_view> names;
  for (const CloseReason& entry : close_reasons) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_LE(entry.reason.size(), close_reason_bytes_max) << entry.name;
  }
}

TEST(CloseCode, TheOnesAClientMayResumeAfter) {
  EXPECT_EQ(describe(CloseCode::too_slow).reconnect, Reconnect::at_once);
  EXPECT_EQ(describe(CloseCode::going_away).reconnect, Reconnect::after_backoff);
  EXPECT_EQ(describe(CloseCode::token_expired).reconnect, Reconnect::with_new_token);
  EXPECT_EQ(describe(CloseCode::banned).reconnect, Reconnect::no);
}

}  // namespace
}  // namespace chatserver::protocol
