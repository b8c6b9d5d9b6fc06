#include "cache/valkey/valkey_cache.hpp"

#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

#include "base/check.hpp"
#include "cache/valkey/appender.hpp"
#include "cache/valkey/changes.hpp"
#include "cache/valkey/flusher.hpp"
#include "cache/valkey/given_out.hpp"
#include "cache/valkey/node_name.hpp"
#include "cache/valkey/reader.hpp"
#include "cache/valkey/reads.hpp"
#include "cache/valkey/shared.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache {
namespace {

// Puts the parts together; see their headers for what each does. Three threads: "cache-append",
// "cache-read", "cache-flush". The subscriber is called on the first two, one at a time.
class ValkeyCache final : public MessageCache {
 public:
  ValkeyCache(Options options, valkey::Target target, const ValkeyParts& parts)
      : shared_{.options = std::move(options),
                .target = std::move(target),
                .node = valkey::new_node_name(parts.random),
                .server_id = parts.store.server_id(),
                .store = parts.store,
                .test_clock = parts.test_clock,
                .log = parts.log} {}
  ~ValkeyCache() override { ValkeyCache::stop(); }

  // What is found there; throws Lost, Garbled, store::Unavailable.
  void prepare() {
    marks_ = reader_.start();
    appender_.connect();
  }

  Snapshot open() override { return valkey::snapshot_of(shared_, marks_); }

  void start(Subscriber& subscriber) override {
    outlet_.open(subscriber);
    const MutexLock lock(stopping_);
    check(!append_thread_.joinable(), "a cache is started once");
    append_thread_ = thread("cache-append", [this] { appender_.run(); });
    read_thread_ = thread("cache-read", [this] { reader_.run(); });
    flush_thread_ = thread("cache-flush", [this] { flusher_.run(); });
  }

  void submit(Submission submission) override { appender_.submit(std::move(submission)); }
  void submit_all(std::vector<Submission> submissions) override {
    appender_.submit_all(std::move(submissions));
  }
  void introduce(const User& newcomer) override { appender_.introduce(newcomer); }
  std::expected<Change, ChangeError> change(Change change) override {
    return changes_.make(std::move(change));
  }

  store::Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override {
    return valkey::messages_between(shared_, after, up_to, limit);
  }
  store::PrivateMessages private_messages_between(const UserId& user, CacheId after, CacheId up_to,
                                                  std::size_t limit) override {
    return valkey::private_messages_between(shared_, user, after, up_to, limit);
  }
  store::PrivateMessages newest_private_messages(const UserId& user, CacheId up_to,
                                                 std::size_t limit) override {
    return valkey::newest_private_messages(shared_, user, up_to, limit);
  }
  store::MessagePage history(ChannelId channel, std::optional<CacheId> before, std::size_t limit) override {
    return valkey::history(shared_, channel, before, limit);
  }
  store::PrivateMessagePage private_history(const UserId& user, const std::optional<UserId>& with,
                                            std::optional<CacheId> before, std::size_t limit) override {
    return valkey::private_history(shared_, user, with, before, limit);
  }

  store::IdMarks given_out() override { return given_out_.ask(); }
  std::vector<Message> unstored(CacheId before, std::size_t limit) override {
    return valkey::unstored(shared_, before, limit);
  }
  RateLimit rate_limit() const override { return reader_.rate_limit(); }
  bool available() const override {
    using valkey::Role;
    using valkey::Trouble;
    return shared_.health.trouble() == Trouble::none && shared_.health.trouble(Role::change) == Trouble::none;
  }
  Health health() const override {
    const bool store_works = shared_.health.store_works() && shared_.store.reachable().value_or(true);
    return {.store = store_works ? "" : "away",
            .cache = valkey::name_of(shared_.health.trouble()),
            .backlog = shared_.health.backlog(),
            .set_aside = shared_.health.set_aside()};
  }

  void stop() override {
    appender_.stop();
    given_out_.stop();
    const MutexLock lock(stopping_);
    if (!append_thread_.joinable()) {
      appender_.close();
      changes_.stop();
      return;
    }
    append_thread_.join();
    // What was accepted is in the log; who is connected is to see it before the end.
    (void)shared_.standing.wait_until_seen(appender_.last_accepted(), shared_.options.timeout);
    changes_.stop();
    reader_.stop();
    flusher_.stop();
    read_thread_.join();
    flush_thread_.join();
    reader_.leave();
  }

 private:
  template <class Run>
  static std::thread thread(const char* name, Run run) {
    return std::thread([name, run = std::move(run)] {
      pthread_setname_np(pthread_self(), name);
      run();
    });
  }

  valkey::Shared shared_;
  valkey::Outlet outlet_;
  valkey::Appender appender_{shared_, outlet_};
  valkey::Reader reader_{shared_, outlet_, [this] { appender_.look_again(); }};
  valkey::Changes changes_{shared_};
  valkey::Flusher flusher_{shared_, [this] {
                             changes_.publish();
                             shared_.keeping.record();
                           }};
  valkey::GivenOut given_out_{shared_};
  store::IdMarks marks_;

  Mutex stopping_;
  std::thread append_thread_ CHAT_GUARDED_BY(stopping_);
  std::thread read_thread_ CHAT_GUARDED_BY(stopping_);
  std::thread flush_thread_ CHAT_GUARDED_BY(stopping_);
};

}  // namespace

std::expected<std::unique_ptr<MessageCache>, std::string> open_valkey(Options options,
                                                                      const ValkeyParts& parts) {
  auto target = valkey::Target::parse(options.url);
  if (!target) return std::unexpected(target.error());
  const std::string where = target->description();
  try {
    auto cache = std::make_unique<ValkeyCache>(std::move(options), *std::move(target), parts);
    cache->prepare();
    return cache;
  } catch (const valkey::Lost& lost) {
    return std::unexpected(where + ": " + lost.what());
  } catch (const valkey::Garbled& garbled) {
    return std::unexpected(where + ": " + garbled.what() + ": is it a Valkey server?");
  } catch (const store::Unavailable& unavailable) {
    return std::unexpected(unavailable.what());
  }
}

}  // namespace chatserver::cache
