#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace chatserver::hub {

enum class WriteStatus {
  ok,       // everything was taken
  blocked,  // the socket is full: the shard asks for wait_writable()
  dead,     // the connection is gone; the transport will detach the session
};

struct WriteResult {
  std::size_t bytes = 0;
  WriteStatus status = WriteStatus::ok;
};

enum class Ending {
  orderly,  // what was written is still sent
  reset,    // at once: the peer does not take what it was sent
};

// One session's socket, as the hub sees it. No call may call back into the shard.
// Threading: shard.
class Transport {
 public:
  virtual ~Transport() = default;

  // One writev(2), or what stands for it.
  virtual WriteResult write(std::span<const std::string_view> slices) = 0;

  // Calls Shard::on_writable() once when there is room again.
  virtual void wait_writable() = 0;

  // Nothing more will be written: the peer reads what was, and then the end. What it sends is read on.
  virtual void finish() = 0;

  // The session is over: close the connection; Shard::detach() follows from its reader.
  virtual void end(Ending how) = 0;
};

}  // namespace chatserver::hub
