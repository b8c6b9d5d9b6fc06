#include "cache/valkey/appender.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {

Appender::Appender(Shared& shared, Outlet& outlet)
    : shared_(shared),
      outlet_(outlet),
      queue_(shared.options.backlog_max),
      connection_(shared.connection("append")),
      first_uses_(shared),
      backoff_(static_cast<std::uint32_t>(std::hash<std::string>{}(shared.node)) + 2) {}

void Appender::run() {
  while (queue_.wait()) write_batch();
  // What was accepted before this closed still gets its answer.
  queue_.close_refused();
  write_batch();
}

void Appender::stop() {
  queue_.close();
  stop_.give();
}

void Appender::close() {
  queue_.close();
  queue_.close_refused();
}

void Appender::introduce(const User& newcomer) {
  {
    const MutexLock lock(introducing_);
    if (newcomers_.size() >= newcomers_max) return;
    newcomers_.push_back(newcomer);
  }
  queue_.wake();
}

// No wake-up: it would be heard over and over while Valkey is away. See look_again().
void Appender::introduce_later(const std::vector<User>& newcomers) {
  const MutexLock lock(introducing_);
  const std::size_t room = newcomers_max - std::min(newcomers_max, newcomers_.size());
  const auto count = static_cast<std::ptrdiff_t>(std::min(room, newcomers.size()));
  newcomers_.insert(newcomers_.begin(), newcomers.begin(), newcomers.begin() + count);
}

void Appender::look_again() {
  const auto anybody_waits = [this] {
    const MutexLock lock(introducing_);
    return !newcomers_.empty();
  };
  if (is_in_trouble() || anybody_waits()) queue_.wake();
}

bool Appender::is_in_trouble() const {
  return shared_.health.trouble(Role::append) != Trouble::none;
}

std::vector<User> Appender::take_newcomers() {
  const MutexLock lock(introducing_);
  const std::size_t count = std::min(newcomers_.size(), batch_messages_max);
  std::vector<User> taken(newcomers_.begin(), newcomers_.begin() + static_cast<std::ptrdiff_t>(count));
  newcomers_.erase(newcomers_.begin(), newcomers_.begin() + static_cast<std::ptrdiff_t>(count));
  if (!newcomers_.empty()) queue_.wake();
  return taken;
}

void Appender::write_batch() {
  Delivery answers;
  std::vector<Submission> batch = queue_.poll(batch_messages_max);
  const std::vector<User> newcomers = take_newcomers();
  // An empty batch is a question.
  if (!batch.empty() || !newcomers.empty() || is_in_trouble()) append(std::move(batch), newcomers, answers);
  queue_.poll_refused_into(answers);
  deliver(std::move(answers));
}

void Appender::append(std::vector<Submission> batch, const std::vector<User>& newcomers, Delivery& answers) {
  first_uses_.answer_known(batch, answers);
  if (batch.empty() && newcomers.empty() && !is_in_trouble()) return;
  const AppendHead head = next_head();
  // The reader looks after its connection all the time, so it is the first to know.
  if (head.generation.empty() || shared_.health.trouble(Role::read) != Trouble::none) {
    introduce_later(newcomers);
    return refuse(batch, answers);
  }
  const std::optional<Reply> reply = send(append_arguments(head, batch, newcomers));
  if (!reply) {
    introduce_later(newcomers);
    return refuse(batch, answers);
  }
  try {
    Appended appended = read_answers(*reply, batch, newcomers.size());
    for (const RepeatOfOlder& repeat : appended.older) first_uses_.answer_older(repeat, appended.answers);
    std::ranges::move(appended.answers.repeats, std::back_inserter(answers.repeats));
    std::ranges::move(appended.answers.refusals, std::back_inserter(answers.refusals));
    if (appended.last_accepted) last_accepted_ = *appended.last_accepted;
    shared_.health.note_works(Role::append);
  } catch (const Garbled& garbled) {
    shared_.health.note(Role::append, Trouble::foreign, garbled.what());
    refuse(batch, answers);
  }
}

AppendHead Appender::next_head() {
  return {.node = shared_.node,
          .number = ++batch_number_,
          .generation = shared_.standing.generation(),
          .seen = shared_.standing.seen(),
          .ceiling = shared_.reservation.ceiling(),
          .backlog_max = shared_.options.backlog_max,
          .time = shared_.given_time()};
}

// None when nothing came of it. A call that may have been heard is made again until it is answered.
std::optional<Reply> Appender::send(const std::vector<std::string>& arguments) {
  bool maybe_heard = false;
  for (;;) {
    try {
      connection_.connect_unless_connected();
      maybe_heard = true;
      Reply reply = connection_.call("append", shared_.options.prefix, arguments);
      backoff_.reset();
      if (const ErrorReply* error = reply.error()) {
        shared_.health.note(Role::append, trouble_of(*error), error->text);
        return std::nullopt;
      }
      return reply;
    } catch (const Lost& lost) {
      shared_.health.note(Role::append, lost.trouble(), lost.what());
      if (!maybe_heard) return std::nullopt;
    }
    refuse_waiting();
    // When the server ends, whoever is still in doubt is told that it failed.
    if (stop_.wait_for(backoff_.next())) return std::nullopt;
  }
}

// Those behind a batch in doubt would each wait for the time-out in turn.
void Appender::refuse_waiting() {
  Delivery refused;
  refuse(queue_.poll_all(), refused);
  queue_.poll_refused_into(refused);
  deliver(std::move(refused));
}

void Appender::refuse_at_once(std::vector<Refusal> refusals) {
  Delivery delivery;
  delivery.refusals = std::move(refusals);
  deliver(std::move(delivery));
}

void Appender::deliver(Delivery delivery) {
  if (!is_empty(delivery)) outlet_.deliver(std::move(delivery));
}

}  // namespace chatserver::cache::valkey
