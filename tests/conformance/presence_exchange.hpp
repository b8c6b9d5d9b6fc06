#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/presence_exchange.hpp"
#include "support/recording_listener.hpp"

// What every backend of the PresenceExchange port promises. A backend joins with
//   INSTANTIATE_TEST_SUITE_P(Name, PresenceConformance, testing::Values(backend), presence_backend_name);
// and one that can have several nodes with PresenceAcrossNodes too.
namespace chatserver::cache::conformance {

using test::RecordingListener;

// What the nodes of one test share, and what goes wrong between them.
class PresenceWorld {
 public:
  PresenceWorld() = default;
  PresenceWorld(const PresenceWorld&) = delete;
  PresenceWorld& operator=(const PresenceWorld&) = delete;
  virtual ~PresenceWorld() = default;

  [[nodiscard]] virtual std::unique_ptr<PresenceExchange> open_node() = 0;

  // --- with several nodes ---------------------------------------------------
  // A node that says who is there, and is never heard of again.
  virtual void say_and_die(const std::vector<UserPresence>& here) = 0;
  // Whether the nodes cannot reach each other from now on.
  virtual void set_failing(bool failing) = 0;
  // What they share is gone, as after a crash of what keeps it.
  virtual void lose_everything() = 0;
  // What they share is again what it was when it was saved, as after a restart from an older copy.
  virtual void save() = 0;
  virtual void go_back() = 0;
  // How often the nodes have called what they share.
  [[nodiscard]] virtual std::int64_t calls() = 0;
};

struct PresenceBackend {
  std::string name;
  std::function<std::unique_ptr<PresenceWorld>()> make;
};

inline void PrintTo(const PresenceBackend& backend, std::ostream* out) {
  *out << backend.name;
}
inline std::string presence_backend_name(const testing::TestParamInfo<PresenceBackend>& backend) {
  return backend.param.name;
}

[[nodiscard]] inline UserPresence came(std::string_view id, std::string_view name = {}) {
  return {.user = {.id = UserId(std::string(id)), .username = std::string(name.empty() ? id : name)},
          .present = true};
}
[[nodiscard]] inline UserPresence left(std::string_view id) {
  return {.user = {.id = UserId(std::string(id)), .username = std::string(id)}, .present = false};
}

// A node and what it is told.
struct PresenceNode {
  explicit PresenceNode(PresenceWorld& world) : exchange(world.open_node()) { exchange->start(listener); }

  RecordingListener listener;
  std::unique_ptr<PresenceExchange> exchange;
};

class PresenceConformance : public testing::TestWithParam<PresenceBackend> {
 protected:
  PresenceWorld& world() { return *world_; }

 private:
  std::unique_ptr<PresenceWorld> world_ = GetParam().make();
};
class PresenceAcrossNodes : public PresenceConformance {};

TEST_P(PresenceConformance, ANodeIsNotToldOfItsOwnUsers) {
  PresenceNode node(world());
  node.exchange->here({came("ann")});
  node.exchange->here({came("ann"), left("ann"), came("bob")});
  node.exchange->stop();
  EXPECT_THAT(node.listener.news(), testing::IsEmpty());
}

TEST_P(PresenceConformance, ALoneNodeKnowsOfNoOther) {
  const PresenceNode node(world());
  EXPECT_EQ(node.exchange->standing().nodes, 1U);
  EXPECT_TRUE(node.exchange->standing().works);
}

TEST_P(PresenceConformance, StoppingTwiceIsStoppingOnce) {
  PresenceNode node(world());
  node.exchange->stop();
  node.exchange->here({came("ann")});
  node.exchange->stop();
}

}  // namespace chatserver::cache::conformance

#include "conformance/presence_across_nodes.hpp"
