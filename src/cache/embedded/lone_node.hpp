#pragma once

#include <vector>

#include "cache/presence_exchange.hpp"

namespace chatserver::cache {

// The PresenceExchange of a server that is the only one: there is nobody to tell or to hear of.
class LoneNode final : public PresenceExchange {
 public:
  void start(PresenceListener& /*listener*/) override {}
  void here(std::vector<UserPresence> /*changes*/) override {}
  [[nodiscard]] Standing standing() const override { return {}; }
  void stop() override {}
};

}  // namespace chatserver::cache
