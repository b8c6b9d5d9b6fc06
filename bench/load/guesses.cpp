#include "load/guesses.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/machine.hpp"
#include "load/marker.hpp"

namespace chatserver::bench {
namespace {

constexpr std::uint32_t first_address = 0x7F010000;  // 127.1.0.0: beside the chat's own
constexpr std::size_t status_line_bytes = sizeof("HTTP/1.1 200") - 1;

sockaddr_in address(std::uint32_t host, std::uint16_t port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(port);
  made.sin_addr.s_addr = htonl(host);
  return made;
}

void close_without_waiting(int socket) {
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::close(socket);
}

}  // namespace

Guesses::Guesses(std::uint16_t port, SignInForm form, Options options)
    : port_(port), form_(std::move(form)), options_(options), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw_errno("epoll_create1");
}

Guesses::~Guesses() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
  ::close(epoll_);
}

void Guesses::begin() {
  tally_ = {};
  ending_ = false;
  thread_ = std::thread([this] {
    try {
      // It shares a core with the thread that reads the clock when messages arrive.
      const sched_param priority{};
      if (::sched_setscheduler(0, SCHED_IDLE, &priority) != 0) throw_errno("sched_setscheduler");
      run();
    } catch (...) {
      failure_ = std::current_exception();
    }
    for (const auto& [socket, attempt] : open_) close_without_waiting(socket);
    tally_.unanswered += open_.size();
    open_.clear();
  });
}

GuessTally Guesses::end() {
  ending_ = true;
  thread_.join();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  return tally_;
}

void Guesses::run() {
  const auto pause_ns = static_cast<std::uint64_t>(1e9 / options_.per_second);
  std::uint64_t due = now_ns();
  std::array<epoll_event, 64> ready;
  while (!ending_) {
    for (const std::uint64_t now = now_ns(); due <= now; due += pause_ns) start_one();
    const std::uint64_t now = now_ns();
    const int wait_ms = due > now ? static_cast<int>((due - now) / 1'000'000 + 1) : 0;
    const int count = ::epoll_wait(epoll_, ready.data(), ready.size(), wait_ms);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = ready[static_cast<std::size_t>(i)];
      handle(event.data.fd, event.events);
    }
  }
}

void Guesses::start_one() {
  const std::uint64_t number = started_++;
  ++tally_.made;
  if (open_.size() >= connections_max) {
    ++tally_.unanswered;
    return;
  }
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) throw_errno("socket");
  open_[socket].unsent = request(number);
  const sockaddr_in source =
      address(first_address + static_cast<std::uint32_t>(number % options_.addresses), 0);
  const sockaddr_in target = address(INADDR_LOOPBACK, port_);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) throw_errno("bind");
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0 &&
      errno != EINPROGRESS) {
    throw_errno("connect");
  }
  epoll_event event{.events = EPOLLIN | EPOLLOUT, .data = {.fd = socket}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) throw_errno("epoll_ctl");
}

void Guesses::handle(int socket, std::uint32_t events) {
  Attempt& attempt = open_.at(socket);
  if ((events & EPOLLOUT) != 0 && !attempt.unsent.empty()) {
    const ssize_t sent = ::send(socket, attempt.unsent.data(), attempt.unsent.size(), MSG_NOSIGNAL);
    if (sent > 0) attempt.unsent.erase(0, static_cast<std::size_t>(sent));
    if (attempt.unsent.empty()) {
      epoll_event event{.events = EPOLLIN, .data = {.fd = socket}};
      if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) != 0) throw_errno("epoll_ctl");
    }
  }
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) == 0) return;
  std::array<char, 16384> part{};
  const ssize_t bytes = ::recv(socket, part.data(), part.size(), 0);
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (bytes <= 0) return finish(socket, 0);
  const std::size_t wanted = status_line_bytes - attempt.answer.size();
  attempt.answer.append(part.data(), std::min(wanted, static_cast<std::size_t>(bytes)));
  if (attempt.answer.size() == status_line_bytes) {
    finish(socket, std::atoi(attempt.answer.c_str() + sizeof("HTTP/1.1")));
  }
}

// `status` 0: closed without an answer.
void Guesses::finish(int socket, int status) {
  if (status == 0) {
    ++tally_.unanswered;
  } else {
    ++tally_.by_status[status];
  }
  open_.erase(socket);
  close_without_waiting(socket);
}

std::string Guesses::request(std::uint64_t number) const {
  const std::string body = fmt::format("{}username=load{:02}&password=guess-number-{}", form_.hidden_fields,
                                       number % static_cast<std::uint64_t>(options_.accounts), number);
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: localhost:{}\r\nOrigin: http://localhost:{}\r\nCookie: {}\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      form_.action, port_, port_, form_.cookies, body.size(), body);
}

}  // namespace chatserver::bench
