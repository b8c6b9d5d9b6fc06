#include "cache/valkey/health.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

using testing::SizeIs;

TEST(ValkeyHealth, SaysWhatMessagesSufferFromAndLogsEachChangeOnce) {
  std::vector<std::string> lines;
  Log log(LogLevel::debug, LogFormat::json, [&](std::string_view line) { lines.emplace_back(line); });
  Health health(log);
  EXPECT_EQ(health.trouble(), Trouble::none);
  health.note(Role::append, Trouble::full, "OOM");
  health.note(Role::append, Trouble::full, "OOM");
  EXPECT_EQ(health.trouble(), Trouble::full);
  health.note(Role::read, Trouble::away, "gone");
  EXPECT_EQ(health.trouble(), Trouble::away);
  health.note_works(Role::read);
  health.note_works(Role::append);
  health.note(Role::flush, Trouble::slow, "no answer");
  EXPECT_EQ(health.trouble(), Trouble::none);
  EXPECT_THAT(lines, SizeIs(5));
}

TEST(ValkeyTrouble, ErrorsAreToldByTheirFirstWord) {
  EXPECT_EQ(trouble_of({"LOADING Valkey is loading the dataset in memory"}), Trouble::loading);
  EXPECT_EQ(trouble_of({"READONLY You can't write against a read only replica."}), Trouble::read_only);
  EXPECT_EQ(trouble_of({"OOM command not allowed when used memory > 'maxmemory'."}), Trouble::full);
  EXPECT_EQ(trouble_of({"NOREPLICAS Not enough good replicas to write."}), Trouble::refusing);
  EXPECT_EQ(trouble_of({"CHATBACKLOG too many wait"}), Trouble::backlog);
  EXPECT_EQ(trouble_of({"CHATBACK the log ends before what was seen"}), Trouble::restoring);
  EXPECT_EQ(trouble_of({""}), Trouble::refusing);
}

}  // namespace
}  // namespace chatserver::cache::valkey
