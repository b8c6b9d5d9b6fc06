#include <gtest/gtest.h>

#include "load/measured_server.hpp"

namespace chatserver::bench {
namespace {

TEST(MetricSum, AddsLabelSetsAndNothingElse) {
  const std::string page =
      "# HELP sent_total frames\n# TYPE sent_total counter\n"
      "sent_total{shard=\"0\"} 12\nsent_total{shard=\"1\"} 1e3\nsent_total_other 7\n";
  EXPECT_EQ(metric_sum(page, "sent_total"), 1012);
  EXPECT_EQ(metric_sum(page, "sent_total_other"), 7);
  EXPECT_EQ(metric_sum(page, "absent"), 0);
}

TEST(LoggedPort, IsOfTheWholeLineThatHasTheWord) {
  const std::string log =
      "{\"event\":\"metrics\",\"address\":\"127.0.0.1:9091\"}\n"
      "{\"event\":\"ready\",\"address\":\"127.0.0.1:4711\"}\n";
  EXPECT_EQ(logged_port(log, "ready"), 4711);
  EXPECT_EQ(logged_port(log, "\"metrics"), 9091);
  EXPECT_EQ(logged_port(log.substr(0, log.size() - 5), "ready"), 0);
}

}  // namespace
}  // namespace chatserver::bench
