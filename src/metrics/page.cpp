#include "metrics/page.hpp"

#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace chatserver::metrics {

struct Page::Impl {
  std::vector<prometheus::MetricFamily> families;

  prometheus::ClientMetric& add(std::string_view name, std::string_view help, prometheus::MetricType type) {
    prometheus::MetricFamily& family = families.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
    return family.metric.emplace_back();
  }
};

Page::Page() : impl_(std::make_unique<Impl>()) {}
Page::~Page() = default;

void Page::counter(std::string_view name, std::string_view help, double value) {
  impl_->add(name, help, prometheus::MetricType::Counter).counter.value = value;
}

void Page::gauge(std::string_view name, std::string_view help, double value) {
  impl_->add(name, help, prometheus::MetricType::Gauge).gauge.value = value;
}

void Page::state(std::string_view name, std::string_view help, std::string_view state) {
  prometheus::ClientMetric& metric = impl_->add(name, help, prometheus::MetricType::Gauge);
  metric.label.push_back({.name = "state", .value = std::string(state)});
  metric.gauge.value = 1;
}

std::string Page::text() const {
  return prometheus::TextSerializer().Serialize(impl_->families);
}

}  // namespace chatserver::metrics
