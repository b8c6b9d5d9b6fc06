#include "store/postgres/watch.hpp"

#include <utility>

#include <pthread.h>

namespace chatserver::store::postgres {

Watch::Watch(std::chrono::milliseconds every, std::function<void()> round)
    : every_(every), round_(std::move(round)), thread_([this] { run(); }) {}

Watch::~Watch() {
  stop_.give();
  thread_.join();
}

void Watch::run() {
  pthread_setname_np(pthread_self(), "store-watch");
  while (!stop_.wait_for(every_)) round_();
}

}  // namespace chatserver::store::postgres
