#include "conformance/presence_exchange.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "cache/embedded/lone_node.hpp"
#include "cache/valkey/library.hpp"
#include "cache/valkey/other_nodes.hpp"
#include "cache/valkey/own_users.hpp"
#include "cache/valkey/presence_link.hpp"
#include "cache/valkey/target.hpp"
#include "cache/valkey/valkey_presence.hpp"
#include "conformance/valkey_client.hpp"

namespace chatserver::cache::conformance {
namespace {

using namespace std::chrono_literals;

class Lone final : public PresenceWorld {
 public:
  std::unique_ptr<PresenceExchange> open_node() override { return std::make_unique<LoneNode>(); }
  void say_and_die(const std::vector<UserPresence>& /*here*/) override { throw no_others(); }
  void set_failing(bool /*failing*/) override { throw no_others(); }
  void lose_everything() override { throw no_others(); }
  void save() override { throw no_others(); }
  void go_back() override { throw no_others(); }
  std::int64_t calls() override { throw no_others(); }

 private:
  static std::logic_error no_others() { return std::logic_error("there is one node"); }
};

// Nodes with a prefix of their own on a shared server.
class OnValkey final : public PresenceWorld {
 public:
  explicit OnValkey(const std::string& kind) : server_(valkey_server(kind)), client_(server_) {
    static std::atomic<int> made = 0;
    prefix_ = "presence" + std::to_string(++made);
  }
  ~OnValkey() override { OnValkey::set_failing(false); }

  std::unique_ptr<PresenceExchange> open_node() override {
    auto exchange = open_valkey_presence(options(), random_, log_);
    if (!exchange) throw std::runtime_error(exchange.error());
    return *std::move(exchange);
  }

  [[nodiscard]] ValkeyPresenceOptions options() const {
    Options options;
    options.url = server_.url();
    options.prefix = prefix_;
    return {.cache = std::move(options), .server_id = server_id, .lease = lease, .grace = 100ms};
  }

  void say_and_die(const std::vector<UserPresence>& here) override { say("dead", 1, "be", here); }
  // One call as a node makes it, the `number`th that says something.
  void say(const std::string& node, int number, const std::string& kind,
           const std::vector<UserPresence>& here) {
    valkey::Command command{"FCALL",
                            valkey::presence_library().function("exchange"),
                            "1",
                            prefix_ + ":",
                            server_id,
                            node,
                            std::to_string(lease.count()),
                            std::to_string(number - 1),
                            std::to_string(number),
                            kind};
    for (const UserPresence& one : here) {
      command.emplace_back(one.present ? "+" : "-");
      command.push_back(one.user.id.value());
      command.push_back(one.user.username);
    }
    client_.run(command);
  }
  // Without a replica that it asks for, a server refuses every write.
  void set_failing(bool failing) override {
    client_.run({"CONFIG", "SET", "min-replicas-to-write", failing ? "1" : "0"});
  }
  // "cmdstat_fcall:calls=12,…"
  std::int64_t calls() override {
    constexpr std::string_view label = "cmdstat_fcall:calls=";
    const std::string info = client_.run({"INFO", "commandstats"}).text();
    const std::size_t at = info.find(label);
    return at == std::string::npos ? 0 : std::stoll(info.substr(at + label.size()));
  }
  void lose_everything() override {
    valkey::Command command{"DEL"};
    for (const std::string& key : keys()) command.push_back(key);
    client_.run(command);
  }
  void save() override {
    saved_.clear();
    for (const std::string& key : keys()) saved_.emplace(key, client_.run({"DUMP", key}).text());
  }
  // At once, or a node would see half of it.
  void go_back() override {
    valkey::Command deletion{"DEL"};
    for (const std::string& key : keys()) deletion.push_back(key);
    client_.run({"MULTI"});
    client_.run(deletion);
    for (const auto& [key, value] : saved_) client_.run({"RESTORE", key, "0", value});
    client_.run({"EXEC"});
  }

 private:
  std::vector<std::string> keys() {
    std::vector<std::string> all;
    for (const valkey::Reply& key : client_.run({"KEYS", prefix_ + ":*"}).array()) all.push_back(key.text());
    return all;
  }

  static constexpr std::chrono::milliseconds lease{6000};
  static constexpr const char* server_id = "conformance";

  test::ValkeyServer& server_;
  ValkeyClient client_;
  std::string prefix_;
  std::map<std::string, std::string> saved_;  // keys and what was there
  SystemRandom random_;
  Log log_{LogLevel::off, LogFormat::text};
};

// A node that looks when it is told to.
struct SteppedNode {
  SteppedNode(const OnValkey& world, const std::string& name)
      : link(world.options(), valkey::Target::parse(world.options().cache.url).value(), name, own, others) {}

  // What it learns of the others: "+ann" came, "-ann" left; sorted.
  std::vector<std::string> look() {
    link.look();
    std::vector<std::string> news;
    for (const UserPresence& change : others.take_changes())
      news.push_back((change.present ? "+" : "-") + change.user.username);
    std::ranges::sort(news);
    return news;
  }

  valkey::OwnUsers own;
  valkey::OtherNodes others;
  valkey::PresenceLink link;
};

class SteppedNodes : public testing::TestWithParam<const char*> {};

TEST_P(SteppedNodes, OneThatLooksBeforeTheOthersHaveMadeUpForAnOlderCopyCallsNobodyGone) {
  OnValkey world(GetParam());
  SteppedNode one(world, "one");
  SteppedNode other(world, "other");
  one.own.note({came("ann"), came("bob")});
  one.look();
  EXPECT_THAT(other.look(), ElementsAre("+ann", "+bob"));
  world.save();
  one.own.note({left("bob"), came("cat")});
  one.look();
  EXPECT_THAT(other.look(), ElementsAre("+cat", "-bob"));
  world.go_back();
  EXPECT_THAT(other.look(), IsEmpty());
  one.own.note({came("mark")});
  one.look();
  EXPECT_THAT(other.look(), ElementsAre("+mark"));
  SteppedNode late(world, "late");
  EXPECT_THAT(late.look(), ElementsAre("+ann", "+cat", "+mark"));
}

TEST_P(SteppedNodes, OneThatIsStillSayingEverythingHasLostNobody) {
  OnValkey world(GetParam());
  SteppedNode other(world, "other");
  world.say("large", 1, "be", {came("ann"), came("bob")});
  EXPECT_THAT(other.look(), ElementsAre("+ann", "+bob"));
  world.lose_everything();
  world.say("large", 2, "b", {came("ann")});
  EXPECT_THAT(other.look(), IsEmpty());
  world.say("large", 3, "", {came("cat")});
  EXPECT_THAT(other.look(), IsEmpty());
  world.say("large", 4, "e", {came("bob")});
  EXPECT_THAT(other.look(), ElementsAre("+cat"));
  world.say("large", 5, "", {left("ann")});
  EXPECT_THAT(other.look(), ElementsAre("-ann"));
}

INSTANTIATE_TEST_SUITE_P(Backend, SteppedNodes, testing::Values("valkey", "redis"));

const PresenceBackend lone{.name = "Embedded", .make = [] { return std::make_unique<Lone>(); }};

PresenceBackend on(const std::string& kind, const std::string& name) {
  return {.name = name, .make = [kind] { return std::make_unique<OnValkey>(kind); }};
}

INSTANTIATE_TEST_SUITE_P(Backend, PresenceConformance,
                         testing::Values(lone, on("valkey", "Valkey8"), on("redis", "Redis7")),
                         presence_backend_name);
INSTANTIATE_TEST_SUITE_P(Backend, PresenceAcrossNodes,
                         testing::Values(on("valkey", "Valkey8"), on("redis", "Redis7")),
                         presence_backend_name);

}  // namespace
}  // namespace chatserver::cache::conformance
