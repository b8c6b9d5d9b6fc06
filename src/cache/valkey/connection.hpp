#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "cache/valkey/library.hpp"
#include "cache/valkey/reply.hpp"
#include "cache/valkey/socket.hpp"
#include "cache/valkey/target.hpp"

namespace chatserver::cache::valkey {

// A conversation with the server: commands go out together, their answers come back in
// order. It connects when it is asked for something and is not connected, says who it is, sees
// that the server is safe to use, and loads our functions when it does not know them.
//
// Threading: one thread; interrupt(): any. Errors: throws Lost; the next call connects again.
// Limits: reply_bytes_max an answer.
class Connection {
 public:
  static constexpr std::size_t reply_bytes_max = std::size_t{256} << 20U;

  struct Options {
    Target target;
    std::string name;  // as CLIENT LIST shows it
    std::chrono::milliseconds timeout;
    bool durable = true;  // refuse a server that may lose what it acknowledges
    const Library& functions = library();
  };

  explicit Connection(Options options) : options_(std::move(options)) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `extra`: how much longer than usual it may take, for commands that wait by themselves.
  // Answers may be errors of the server; those that say that nothing works are thrown as Lost.
  [[nodiscard]] std::vector<Reply> exchange(std::span<const Command> commands,
                                            std::chrono::milliseconds extra = {});
  // The same for one, where every error is thrown.
  [[nodiscard]] Reply run(const Command& command, std::chrono::milliseconds extra = {});
  // Calls one of the functions by its short name, with our prefix as its key.
  [[nodiscard]] Reply call(const char* function, const std::string& prefix,
                           std::span<const std::string> arguments);

  // Which process the server is that it talked to last, different after each start of it; empty where it does
  // not say.
  [[nodiscard]] const std::string& process() const noexcept { return process_; }

  // Connected and checked; else connects.
  void connect_unless_connected();
  void disconnect() CHAT_EXCLUDES(mutex_);
  // Makes the call that is under way, and every later one, throw.
  void interrupt() CHAT_EXCLUDES(mutex_);

 private:
  void connect();
  void introduce(Socket::Deadline deadline);
  void load_functions();
  [[nodiscard]] std::vector<Reply> converse(std::span<const Command> commands, Socket::Deadline deadline);
  [[nodiscard]] Socket::Deadline deadline(std::chrono::milliseconds extra = {}) const {
    return std::chrono::steady_clock::now() + options_.timeout + extra;
  }

  const Options options_;
  std::unique_ptr<ReplyReader> reader_;
  std::string process_;

  Mutex mutex_;  // for interrupt(): whether there is a socket, and which
  std::unique_ptr<Socket> socket_;
  bool interrupted_ CHAT_GUARDED_BY(mutex_) = false;
};

}  // namespace chatserver::cache::valkey
