#include "cache/valkey/connection.hpp"

#include <array>
#include <utility>

#include "cache/valkey/safety.hpp"
#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

constexpr std::size_t read_bytes = std::size_t{64} << 10U;

// Errors after which no command on any connection would fare better.
bool nothing_works(const ErrorReply& error) {
  const Trouble trouble = trouble_of(error);
  return trouble == Trouble::loading || error.kind() == "MASTERDOWN" || error.kind() == "NOAUTH";
}

}  // namespace

Connection::~Connection() = default;

std::vector<Reply> Connection::exchange(std::span<const Command> commands, std::chrono::milliseconds extra) {
  connect_unless_connected();
  std::vector<Reply> replies = converse(commands, deadline(extra));
  for (const Reply& reply : replies) {
    if (reply.error() == nullptr || !nothing_works(*reply.error())) continue;
    disconnect();
    checked(reply);
  }
  return replies;
}

Reply Connection::run(const Command& command, std::chrono::milliseconds extra) {
  std::vector<Reply> replies = exchange({&command, 1}, extra);
  checked(replies.front());
  return std::move(replies.front());
}

Reply Connection::call(const char* function, const std::string& prefix,
                       std::span<const std::string> arguments) {
  Command command{"FCALL", options_.functions.function(function), "1", prefix + ":"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::vector<Reply> replies = exchange({&command, 1});
  if (const ErrorReply* error = replies.front().error(); error && is_unknown_function(*error)) {
    load_functions();
    replies = exchange({&command, 1});
  }
  return std::move(replies.front());
}

void Connection::connect_unless_connected() {
  if (socket_) return;
  try {
    connect();
  } catch (...) {
    disconnect();
    throw;
  }
}

void Connection::connect() {
  {
    const MutexLock lock(mutex_);
    if (interrupted_) throw Lost(Trouble::away, "interrupted");
    socket_ = std::make_unique<Socket>();
  }
  reader_ = std::make_unique<ReplyReader>(reply_bytes_max);
  const Socket::Deadline until = deadline();
  socket_->connect(options_.target, until);
  introduce(until);
  const std::array<Command, 2> questions{Command{"INFO"}, Command{"CONFIG", "GET", "appendfsync"}};
  const auto answers = converse(questions, until);
  if (is_loading(answers[0])) throw Lost(Trouble::loading, "it still reads its data after a start");
  const auto safe = check_safety(answers[0], answers[1], options_.durable);
  if (!safe) throw Lost(Trouble::unsafe, safe.error());
  process_ = process_of(answers[0]);
}

void Connection::introduce(Socket::Deadline until) {
  std::vector<Command> commands;
  const Target& target = options_.target;
  if (!target.password.empty() && target.user.empty()) commands.push_back({"AUTH", target.password});
  if (!target.user.empty()) commands.push_back({"AUTH", target.user, target.password});
  commands.push_back({"SELECT", std::to_string(target.database)});
  commands.push_back({"CLIENT", "SETNAME", options_.name});
  try {
    for (const Reply& reply : converse(commands, until)) checked(reply);
  } catch (const Lost& lost) {
    if (target.tls || lost.trouble() != Trouble::away) throw;
    throw Lost(Trouble::away,
               lost.what() + std::string("; if it expects TLS, cache.url begins with valkeys://"));
  }
}

void Connection::load_functions() {
  const Command command{"FUNCTION", "LOAD", options_.functions.code()};
  const auto replies = converse({&command, 1}, deadline());
  if (const ErrorReply* error = replies.front().error(); error && !is_loaded_already(*error))
    checked(replies.front());
}

std::vector<Reply> Connection::converse(std::span<const Command> commands, Socket::Deadline until) {
  std::string out;
  for (const Command& command : commands) append_formatted(out, command);
  std::vector<Reply> replies;
  replies.reserve(commands.size());
  std::vector<char> buffer(read_bytes);
  try {
    socket_->write(out, until);
    while (replies.size() < commands.size()) {
      if (auto reply = reader_->next()) {
        replies.push_back(*std::move(reply));
        continue;
      }
      const std::size_t count = socket_->read(buffer, until);
      reader_->feed({buffer.data(), count});
    }
  } catch (const Garbled& garbled) {
    disconnect();
    throw Lost(Trouble::foreign, garbled.what());
  } catch (const Lost&) {
    disconnect();
    throw;
  }
  return replies;
}

void Connection::disconnect() {
  const MutexLock lock(mutex_);
  socket_.reset();
}

void Connection::interrupt() {
  const MutexLock lock(mutex_);
  interrupted_ = true;
  if (socket_) socket_->interrupt();
}

}  // namespace chatserver::cache::valkey
