#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "load/swarm.hpp"

namespace chatserver::bench {

// What each client of a swarm believes about who of the synthetic users is present.
class PresenceWatch : public SwarmEvents {
 public:
  PresenceWatch(std::size_t clients, std::size_t users);

  void on_text(std::uint32_t connection, const ServerFrame& frame) override;

  // Clients that have their `connected_users`, and such that know of every user.
  [[nodiscard]] std::size_t welcomed() const noexcept { return welcomed_; }
  [[nodiscard]] std::size_t agreeing() const noexcept { return agreeing_; }

  // `user_status` frames received by all clients together, and their bytes on the wire.
  [[nodiscard]] std::uint64_t status_frames() const noexcept { return status_frames_; }
  [[nodiscard]] std::uint64_t status_bytes() const noexcept { return status_bytes_; }

 private:
  void set(std::size_t client, std::size_t user, bool present);

  const std::size_t users_;
  std::vector<bool> present_;       // by client, then user
  std::vector<std::size_t> known_;  // by client: users believed to be present
  std::size_t welcomed_ = 0;
  std::size_t agreeing_ = 0;
  std::uint64_t status_frames_ = 0;
  std::uint64_t status_bytes_ = 0;
};

}  // namespace chatserver::bench
