#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace chatserver::metrics {

// One answer of /metrics, put together when it is asked for: the parts keep
// plain numbers and are read then. Prometheus text format 0.0.4.
//
// Threading: one thread.
class Page {
 public:
  Page();
  ~Page();
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  void counter(std::string_view name, std::string_view help, double value);
  void gauge(std::string_view name, std::string_view help, double value);
  // What something is in now, by name: 1, labelled state="…". Names are few.
  void state(std::string_view name, std::string_view help, std::string_view state);

  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chatserver::metrics
