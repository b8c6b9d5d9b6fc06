#include "store/postgres/writer.hpp"

#include <chrono>
#include <string>
#include <thread>

namespace chatserver::store::postgres {
namespace {

// Between two attempts to reach a database that is starting again.
constexpr std::chrono::milliseconds attempt_every{50};

}  // namespace

void Writer::check_up() {
  make_ready();
  connection_->run("SELECT 1");
}

void Writer::make_ready() {
  if (!connection_->usable()) reconnect();
  try {
    settle();
  } catch (const Failure& failure) {
    // Without its state: what is wrong with an earlier call is no refusal of this one.
    throw Failure(failure.kind(), failure.what());
  }
}

void Writer::reconnect() {
  connection_->connect();
  if (!lock_) return;
  try {
    if (!lock_->take(*connection_)) {
      throw Failure(Failure::Kind::connection,
                    "another server writes to this database since the connection broke");
    }
    if (!lock_->is_newest(*connection_)) {
      throw Failure(Failure::Kind::connection,
                    "another server has written to this database meanwhile: restart this one");
    }
  } catch (...) {
    connection_->disconnect();  // without the lock nothing is written
    throw;
  }
}

bool Writer::may_try_again(const Failure& failure) const {
  return failure.kind() == Failure::Kind::connection && !unsettled_ &&
         std::chrono::steady_clock::now() < deadline_;
}

void Writer::commit(Transaction& transaction, Undo& undo) {
  try {
    transaction.commit();
  } catch (const Undecided& undecided) {
    // A node leaves no trace, and after a crash its transaction's id may be another's. What it appends it
    // appends again until it has an answer, under the same ids, so nothing hangs on the first time.
    if (undo && is_of_node()) throw Failure(undecided);
    // Anything else may have taken place, and is not to be done twice.
    if (is_of_node())
      throw Failure(Failure::Kind::statement,
                    std::string("whether it took place is not known: ") + undecided.what());
    unsettled_ = Unsettled{.transaction = undecided.transaction(), .undo = std::move(undo)};
    const bool committed = learn_fate(undecided.transaction());
    undo = std::move(unsettled_->undo);
    unsettled_.reset();
    if (!committed) throw Failure(undecided);
  }
}

// True when it was committed. Throws when that cannot be learned in time.
bool Writer::learn_fate(std::int64_t transaction) {
  for (;;) {
    try {
      if (!connection_->usable()) reconnect();
      const Fate fate = fate_of(*connection_, transaction, trace());
      if (fate != Fate::in_progress) return fate == Fate::committed;
    } catch (const Failure&) {
      if (std::chrono::steady_clock::now() + attempt_every >= deadline_) throw;
    }
    std::this_thread::sleep_for(attempt_every);
  }
}

void Writer::settle() {
  if (!unsettled_) return;
  const Fate fate = fate_of(*connection_, unsettled_->transaction, trace());
  if (fate == Fate::in_progress) {
    throw Failure(Failure::Kind::statement, "the transaction before has not ended yet");
  }
  if (fate == Fate::committed && unsettled_->undo) {
    Transaction transaction(*connection_, trace());
    unsettled_->undo(*connection_);
    transaction.commit();
  }
  unsettled_.reset();
}

}  // namespace chatserver::store::postgres
