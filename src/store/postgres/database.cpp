#include "store/postgres/database.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chatserver::store::postgres {
namespace {

constexpr std::chrono::seconds watch_every{1};

// The server gives up a statement first, which keeps the connection.
constexpr std::chrono::seconds answer_grace{1};

// Whether it is about what the call gave: data exceptions, violated constraints, limits of the program, what
// a trigger says, and internal errors, which a value can cause. All other classes (a lock, a time-out, a full
// disk, a read-only replica, a table that somebody alters) would have met any values.
bool is_about_values(const Failure& failure) {
  constexpr std::array<std::string_view, 5> classes{"22", "23", "54", "P0", "XX"};
  return std::ranges::any_of(classes, [&](auto one) { return failure.sqlstate().starts_with(one); });
}

// Not connected yet.
std::vector<std::unique_ptr<Connection>> unconnected(const Target& target, const PostgresOptions& options) {
  std::vector<std::unique_ptr<Connection>> all;
  for (int i = 0; i < options.pool; ++i) all.push_back(std::make_unique<Connection>(target, options.timeout));
  return all;
}

std::vector<std::unique_ptr<Writer>> only_writer(ReadyDatabase ready) {
  std::vector<std::unique_ptr<Writer>> one;
  one.push_back(std::make_unique<Writer>(std::move(ready.connection), ready.lock));
  return one;
}

}  // namespace

Database::Database(ReadyDatabase ready, const PostgresOptions& options, Log& log)
    : description_(ready.connection->target().description()),
      timeout_(options.timeout),
      log_(log),
      readers_(unconnected(ready.connection->target(), options), options.timeout),
      writer_(only_writer(std::move(ready)), options.timeout) {
  if (options.access != Access::tool) watch_.emplace(watch_every, [this] { look_after_writer(); });
}

Connection::Deadline Database::deadline() const {
  return std::chrono::steady_clock::now() + timeout_ + answer_grace;
}

void Database::look_after_writer() {
  try {
    const auto writer = writer_.lend();
    (*writer).set_deadline(deadline());
    if (writable_) {
      (*writer).check_up();
    } else {
      // It may have been a full disk: only a write can tell.
      (*writer).write([](Connection& c) { c.run("UPDATE id_marks SET mark = mark WHERE stream = 1"); });
    }
    note_writable();
  } catch (const Failure& failure) {
    note_failed(failure);
  } catch (const Unavailable& busy) {
    log_.debug("database not looked at", {{"why", busy.what()}});  // whoever has the writer finds out
  }
}

void Database::note_writable() {
  if (!writable_.exchange(true)) log_.info("database back", {{"database", description_}});
}

void Database::note_failed(const Failure& failure) {
  if (is_about_values(failure)) return;  // which it has looked at
  if (writable_.exchange(false)) {
    log_.error("database lost", {{"database", description_}, {"why", failure.what()}});
  }
}

void Database::give_up(const Failure& failure) const {
  const std::string what = "store: " + description_ + ": " + failure.what();
  if (is_about_values(failure)) throw Refused(what);
  throw Unavailable(what);
}

}  // namespace chatserver::store::postgres
