#include "load/writev_limit.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/check.hpp"
#include "load/child_process.hpp"
#include "load/deliveries.hpp"
#include "load/frames.hpp"
#include "load/machine.hpp"
#include "load/marker.hpp"

namespace chatserver::bench {
namespace {

constexpr std::size_t frames_per_call_max = 1024;  // IOV_MAX
constexpr std::uint64_t warm_up_ns = 500'000'000;

// A chat message as the server would send it, of exactly that size.
std::string chat_frame(std::size_t frame_bytes) {
  const std::string front =
      R"({"type":"chat_message","sender":"load01","payload":{"cacheID":1,"username":"load01","message":")";
  const std::string back = R"("}})";
  for (const std::size_t header : {2UL, 4UL, 10UL}) {
    const std::size_t fixed = header + front.size() + back.size();
    check(frame_bytes >= fixed + marker_bytes, "a frame has room for its marker");
    std::string frame;
    append_server_header(frame, Opcode::text, frame_bytes - header);
    if (frame.size() != header) continue;
    return frame.append(front).append(marked_text({}, frame_bytes - fixed)).append(back);
  }
  check(false, "one of the three headers fits");
  return {};
}

// Writes to one connection; remembers how much of its present call is left.
class RawWriter {
 public:
  RawWriter(int socket, const std::string& frame) : socket_(socket), frame_(frame) {}

  // One writev of `frames` frames, or of what is left of the call before. False: no room.
  bool write(std::size_t frames, std::vector<iovec>& parts) {
    if (left_ == 0) left_ = frames * frame_.size();
    parts.clear();
    const std::size_t begun = left_ % frame_.size();
    if (begun != 0) parts.push_back(part(begun));
    for (std::size_t whole = left_ / frame_.size(); whole > 0; --whole) parts.push_back(part(frame_.size()));
    const ssize_t written = ::writev(socket_, parts.data(), static_cast<int>(parts.size()));
    if (written < 0) return errno == EINTR;
    left_ -= static_cast<std::size_t>(written);
    return true;
  }

  [[nodiscard]] bool unfinished() const noexcept { return left_ != 0; }
  [[nodiscard]] int socket() const noexcept { return socket_; }

 private:
  [[nodiscard]] iovec part(std::size_t last_bytes) const {
    return {.iov_base = const_cast<char*>(frame_.data()) + frame_.size() - last_bytes, .iov_len = last_bytes};
  }

  int socket_;
  const std::string& frame_;
  std::size_t left_ = 0;
};

// Body of the writing process; ends when it is killed.
void write_for_ever(int listener, const WritevLoad& load) {
  const std::string frame = chat_frame(load.frame_bytes);
  std::vector<RawWriter> writers;
  for (std::size_t i = 0; i < load.connections; ++i) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) throw_errno("accept");
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    writers.emplace_back(socket, frame);
  }
  std::vector<iovec> parts;
  double owed = 0;  // frames, so that calls of n and n + 1 frames mix to the wanted mean
  for (;;) {
    bool moved = false;
    for (RawWriter& writer : writers) {
      std::size_t frames = 0;
      if (!writer.unfinished()) {
        owed += load.frames_per_call;
        frames = static_cast<std::size_t>(owed);
        owed -= static_cast<double>(frames);
      }
      moved |= writer.write(frames, parts);
    }
    if (moved) continue;
    pollfd room{.fd = writers.front().socket(), .events = POLLOUT, .revents = 0};
    ::poll(&room, 1, 1);
  }
}

class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0) throw_errno("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(socket_, 4096) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw_errno("listen");
    }
    port_ = address.sin_port;
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] int socket() const noexcept { return socket_; }

  // A non-blocking socket that is connected to it.
  [[nodiscard]] int connect() const {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client < 0) throw_errno("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = port_;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw_errno("connect");
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return client;
  }

 private:
  int socket_;
  in_port_t port_ = 0;
};

}  // namespace

WritevLimit measure_writev_limit(const WritevLoad& load) {
  check(load.frames_per_call >= 1 && load.frames_per_call < frames_per_call_max,
        "frames per call fit an iovec list");
  Listener listener;
  Deliveries deliveries;
  Swarm swarm(0, deliveries);
  deliveries.watch(swarm);
  ChildProcess writer(load.writer_core, [&] { write_for_ever(listener.socket(), load); });
  for (std::size_t i = 0; i < load.connections; ++i) swarm.adopt(listener.connect());
  swarm.poll_until(now_ns() + warm_up_ns);

  const std::uint64_t began = now_ns();
  const std::uint64_t messages = deliveries.messages();
  const std::uint64_t writer_cpu = process_cpu_ns(writer.pid());
  const std::uint64_t reader_cpu = own_cpu_ns();
  swarm.poll_until(began + static_cast<std::uint64_t>(load.seconds * 1e9));
  const auto received = static_cast<double>(deliveries.messages() - messages);
  const auto elapsed = static_cast<double>(now_ns() - began);
  if (received == 0) throw std::runtime_error("the raw writer wrote nothing");
  return {.frames_per_second = received / elapsed * 1e9,
          .frames_per_cpu_second =
              received / static_cast<double>(process_cpu_ns(writer.pid()) - writer_cpu) * 1e9,
          .reader_busy = static_cast<double>(own_cpu_ns() - reader_cpu) / elapsed};
}

}  // namespace chatserver::bench
