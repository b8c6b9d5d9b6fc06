#include "app/serve.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <expected>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/account_pages.hpp"
#include "app/database.hpp"
#include "app/embedded_issuer.hpp"
#include "app/identity.hpp"
#include "app/issuer_secrets.hpp"
#include "app/issuer_url.hpp"
#include "app/listening.hpp"
#include "app/message_cache.hpp"
#include "app/outside_issuer.hpp"
#include "app/search_indexer.hpp"
#include "app/signals.hpp"
#include "base/async/blocking_pool.hpp"
#include "base/random.hpp"
#include "chat/administration.hpp"
#include "chat/chat.hpp"
#include "chat/elsewhere.hpp"
#include "chat/session_ender.hpp"
#include "chat/wording.hpp"
#include "server/http_policy.hpp"
#include "server/server.hpp"

namespace chatserver::app {
namespace {

constexpr std::size_t pool_waiting_max = 100'000;

// Why the program cannot start (exit code 3).
using StartError = std::string;

// For a person to read, so not in the log's format; and not for the log, whose
// lines are kept: the link is worth an admin's account.
void print_setup_link(const std::string& link) {
  std::fprintf(stderr,
               "\nThis server has no administrator yet. To make one, open this link within 24 hours:\n\n"
               "    %s\n\n",
               link.c_str());
  std::fflush(stderr);
}

void warn_of_open_admin_api(const std::vector<std::string>& from, Log& log) {
  std::string addresses;
  for (const std::string& one : from) addresses += (addresses.empty() ? "" : ",") + one;
  log.warning("THE ADMIN API IS OPEN: no token is asked for, as auth.open_admin_api says",
              {{"from", addresses}});
}

// The running program; members are destroyed in reverse.
struct Program {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<store::Store> store;
  Identity identity;
  std::unique_ptr<chat::Directory> directory;
  std::unique_ptr<chat::RecentDeletions> deletions;
  std::unique_ptr<chat::Fanout> fanout;
  std::unique_ptr<cache::MessageCache> cache;
  chat::Elsewhere elsewhere;
  std::unique_ptr<cache::PresenceExchange> presence;
  std::unique_ptr<BlockingPool> pool;
  std::unique_ptr<chat::ChangeQueue> changes;
  std::unique_ptr<chat::Recorder> recorder;
  std::unique_ptr<chat::Analytics> analytics;
  std::unique_ptr<chat::Lookups> lookups;
  std::unique_ptr<chat::Chat> chat;
  std::unique_ptr<chat::Administration> administration;
  std::unique_ptr<chat::SessionEnder> session_ender;
  std::unique_ptr<chat::OutsideLogouts> outside_logouts;
  std::unique_ptr<server::Server> server;
  std::unique_ptr<EmbeddedIssuer> embedded_issuer;  // embedded mode
  std::unique_ptr<AccountPages> account_pages;      // embedded mode
  std::unique_ptr<OutsideIssuer> outside_issuer;    // the other mode
  std::unique_ptr<SearchIndexer> search_indexer;
};

std::vector<server::Route> routes(const server::Discovery& discovery, Program& program) {
  std::vector<server::Route> all = server::api_routes(discovery);
  const auto add = [&](std::vector<server::Route> more) { std::ranges::move(more, std::back_inserter(all)); };
  if (program.embedded_issuer) {
    const server::ProviderParts parts{.provider = program.embedded_issuer->provider(), .pool = *program.pool};
    add(server::issuer_routes(parts.provider.issuer()));
    add(server::token_routes(parts));
    add(server::userinfo_routes(parts));
    add(server::page_routes({.door = program.account_pages->door(),
                             .store_pool = *program.pool,
                             .hashing_pool = program.account_pages->hashing_pool()}));
  } else {
    add(server::backchannel_logout_routes(
        {.logouts = *program.outside_logouts, .seen = *program.identity.seen_logouts}));
  }
  return all;
}

std::expected<void, StartError> start(Program& program, config::Settings settings, Log& log) {
  auto store = open_database(settings, server_access(settings), log);
  if (!store) return std::unexpected(store.error().detail);
  program.store = *std::move(store);
  if (auto claimed = claim_users(*program.store, settings.auth); !claimed) {
    return std::unexpected(claimed.error());
  }

  auto listening = listen_on(settings.server.listen);
  if (!listening) return std::unexpected(listening.error());
  const bool metrics = !settings.server.metrics_listen.empty();
  auto metrics_listening =
      listen_on(metrics ? std::vector{settings.server.metrics_listen} : std::vector<std::string>{});
  if (!metrics_listening) return std::unexpected(metrics_listening.error());

  if (settings.server.public_url.empty()) settings.server.public_url = public_url_from(*listening);
  const std::string& public_url = settings.server.public_url;
  settings.server.sessions_max = sessions_max(settings.server);
  settings.hub.recent_messages = settings.cache.messages;

  auto identity =
      build_identity(settings, public_url, program.store->secrets(), program.clock, program.random, log);
  if (!identity) return std::unexpected(identity.error());
  program.identity = *std::move(identity);

  store::Store& db = *program.store;
  if (const std::size_t abandoned = db.end_abandoned_sessions(); abandoned > 0) {
    log.info("sessions of a killed server ended", {{"sessions", abandoned}});
  }
  const CacheParts cache_parts{.store = db, .clock = program.clock, .random = program.random, .log = log};
  auto cache = open_cache(settings, cache_parts);
  if (!cache) return std::unexpected(cache.error());
  auto presence = open_presence(settings, cache_parts);
  if (!presence) return std::unexpected(presence.error());
  program.presence = *std::move(presence);
  program.cache = *std::move(cache);
  const cache::Snapshot snapshot = program.cache->open();
  // Read behind that: what another server changes from now on is delivered.
  program.directory = std::make_unique<chat::Directory>(
      db.channels(), db.users(), db.bans_in_force(program.clock.utc()), db.rate_limit());
  program.deletions = std::make_unique<chat::RecentDeletions>(db);
  program.fanout =
      std::make_unique<chat::Fanout>(*program.directory, *program.deletions, settings.cache.messages);
  program.fanout->set_recent(snapshot.recent);
  program.pool =
      std::make_unique<BlockingPool>(static_cast<std::size_t>(settings.store.pool), pool_waiting_max);
  program.changes = std::make_unique<chat::ChangeQueue>(program.clock, server::route_timeout);
  program.recorder = std::make_unique<chat::Recorder>(db, *program.pool, log);
  program.analytics = std::make_unique<chat::Analytics>(db, *program.pool, program.clock, log,
                                                        settings.hub.analytics_interval);
  program.lookups = std::make_unique<chat::Lookups>(db, *program.cache, *program.pool, program.clock, log);
  program.chat = std::make_unique<chat::Chat>(chat::Parts{.directory = *program.directory,
                                                          .cache = *program.cache,
                                                          .deletions = *program.deletions,
                                                          .pool = *program.pool,
                                                          .changes = *program.changes,
                                                          .recorder = *program.recorder,
                                                          .analytics = *program.analytics,
                                                          .presence = *program.presence},
                                              program.clock, log);
  program.administration = std::make_unique<chat::Administration>(
      chat::Administration::Parts{.cache = *program.cache, .accounts = db, .changes = *program.changes},
      program.clock, log);
  program.session_ender = std::make_unique<chat::SessionEnder>(*program.identity.revocations);
  program.server = std::make_unique<server::Server>(
      settings.server, settings.hub, settings.protocol, chat::shard_start(snapshot),
      server::Server::Parts{.chat = *program.chat,
                            .administration = *program.administration,
                            .fanout = *program.fanout,
                            .lookups = *program.lookups,
                            .analytics = *program.analytics,
                            .authenticator = *program.identity.authenticator,
                            .clock = program.clock,
                            .log = log});
  program.fanout->set_shards(program.server->inboxes());
  program.session_ender->set_shards(program.server->inboxes());
  program.analytics->set_shards(program.server->inboxes());
  program.elsewhere.set_shards(program.server->inboxes());
  program.cache->start(*program.fanout);

  if (settings.auth.mode == auth::Mode::embedded) {
    program.embedded_issuer =
        std::make_unique<EmbeddedIssuer>(settings, EmbeddedIssuer::Parts{.identity = program.identity,
                                                                         .store = db,
                                                                         .sessions = *program.session_ender,
                                                                         .clock = program.clock,
                                                                         .random = program.random,
                                                                         .log = log});
    const auto device_secret = load_or_create_device_secret(settings, db.secrets(), program.random, log);
    if (!device_secret) return std::unexpected(device_secret.error());
    program.account_pages =
        std::make_unique<AccountPages>(settings, reach_of(*listening, public_url), *device_secret,
                                       AccountPages::Parts{.store = db,
                                                           .provider = program.embedded_issuer->provider(),
                                                           .clock = program.clock,
                                                           .random = program.random,
                                                           .log = log});
    const auto written = write_issuer_url(settings.data_dir, program.identity.issuer_url);
    if (!written) return std::unexpected(written.error());
  } else {
    program.outside_logouts = std::make_unique<chat::OutsideLogouts>(*program.session_ender, db);
    program.outside_issuer =
        std::make_unique<OutsideIssuer>(OutsideIssuer::Parts{.identity = program.identity,
                                                             .store = db,
                                                             .sessions = *program.session_ender,
                                                             .logouts = *program.outside_logouts,
                                                             .clock = program.clock,
                                                             .log = log});
  }
  program.search_indexer = std::make_unique<SearchIndexer>(db, log);
  std::string addresses;
  for (const auto& one : *listening) addresses += (addresses.empty() ? "" : ",") + one.address;
  const std::string metrics_address = metrics ? metrics_listening->front().address : std::string{};
  const server::Discovery discovery =
      build_discovery(settings, public_url, program.identity.issuer_url, db.server_id());
  // While it can still be said that the server does not start.
  const auto setup_link = program.account_pages ? program.account_pages->new_setup_link() : std::nullopt;
  // Before anybody can connect, whose list is to be complete.
  program.presence->start(program.elsewhere);
  program.server->start(*std::move(listening), *std::move(metrics_listening), routes(discovery, program));
  if (metrics) log.info("metrics", {{"address", metrics_address}});
  if (settings.auth.open_admin_api) warn_of_open_admin_api(settings.auth.open_admin_from, log);
  log.info("ready", {{"address", addresses}, {"url", public_url}, {"issuer", program.identity.issuer_url}});
  if (setup_link) print_setup_link(*setup_link);
  return {};
}

// Everything accepted is stored and delivered, every session is told, then HTTP ends too.
bool drain(Program& program, std::chrono::milliseconds timeout, Log& log) {
  const auto until = std::chrono::steady_clock::now() + timeout;
  program.server->begin_drain();
  program.search_indexer.reset();  // what it has not done it does after the next start
  program.cache->stop();
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  // A moment is kept back for what follows.
  const bool orderly = program.server->close_sessions(std::max(left - timeout / 5, timeout / 5));
  program.server->stop();
  program.presence->stop();
  if (program.account_pages) program.account_pages->hashing_pool().join();
  program.changes->join();
  program.pool->join();
  program.recorder->flush();
  log.info("stopped", {{"orderly", orderly}});
  return orderly;
}

void take_over(Program& program, const Reload& reload, Log& log) {
  const auto settings = reload();
  if (!settings) {
    log.error("settings not reloaded", {{"reason", settings.error().message}});
    return;
  }
  log.set_level(settings->log.level);
  program.server->set_limits({.admission = {.sessions_max = sessions_max(settings->server),
                                            .per_address = settings->server.connections_per_address,
                                            .per_second = settings->server.connects_per_second},
                              .connections_per_user = settings->hub.connections_per_user,
                              .protocol = settings->protocol});
  program.identity.authenticator->refresh([] {});
  if (program.embedded_issuer) program.embedded_issuer->look_now();
  log.info("settings reloaded");
}

}  // namespace

ExitCode serve(const config::Settings& settings, const Reload& reload, Log& log) {
  Program program;
  try {
    if (const auto started = start(program, settings, log); !started) {
      log.error("cannot start", {{"reason", started.error()}});
      return ExitCode::unavailable;
    }
  } catch (const store::Unavailable& error) {
    log.error("cannot start", {{"reason", error.what()}});
    return ExitCode::unavailable;
  }
  notify_systemd("READY=1");

  std::thread draining;
  for (;;) {
    const Request request = wait_for_signal();
    if (request == Request::finished) break;
    if (request == Request::reload) {
      take_over(program, reload, log);
      continue;
    }
    if (draining.joinable()) {
      log.warning("stopped at once");
      std::_Exit(static_cast<int>(ExitCode::failed));
    }
    log.info("draining");
    notify_systemd("STOPPING=1");
    draining = std::thread([&] {
      drain(program, settings.server.drain_timeout, log);
      wake_waiter();
    });
  }
  draining.join();
  return ExitCode::ok;
}

}  // namespace chatserver::app
