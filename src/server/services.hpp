#pragma once

#include <atomic>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "chat/administration.hpp"
#include "chat/chat.hpp"
#include "chat/fanout.hpp"
#include "chat/lookups.hpp"
#include "hub/options.hpp"
#include "server/admission.hpp"
#include "server/authenticator.hpp"
#include "server/open_admin.hpp"

namespace chatserver::server {

// What every connection works with; all of it outlives them. Threading: any.
struct Services {
  chat::Chat& chat;
  chat::Administration& administration;
  chat::Fanout& fanout;
  chat::Lookups& lookups;
  const Authenticator& authenticator;
  const OpenAdmin& open_admin;
  Admission& admission;
  const Clock& clock;
  Log& log;
  hub::Options hub;
  std::atomic<bool> draining{false};  // no new sessions; HTTP is answered to the end
};

}  // namespace chatserver::server
