#pragma once

#include "bench/wire/socket.hpp"

#include <chrono>
#include <cstdint>
#include <exception>

namespace eventmgr::bench {

using steady_clock = std::chrono::steady_clock;
using steady_time = steady_clock::time_point;

/// Thrown by `event_loop::run_once` once the user has asked for the end, so that what was started is taken down.
class interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

/// Makes SIGINT and SIGTERM end event loops by `interrupted`.
void catch_interrupts();

/// Throws `interrupted` if one came. For waits that are no event loop.
void check_interrupt();

/// Told when its descriptor can be read or written.
class io_handler {
 public:
  virtual ~io_handler() = default;
  virtual void ready(std::uint32_t epoll_events) = 0;
};

/// Level-triggered epoll on one thread. Times are exact to some tens of microseconds, which a load generator that sends
/// at intended times needs.
class event_loop {
 public:
  event_loop();

  /// `handler` must outlive its registration.
  void add(int fd, std::uint32_t epoll_events, io_handler& handler);
  void change(int fd, std::uint32_t epoll_events, io_handler& handler);
  void remove(int fd);

  /// Serves what is ready, waiting for it until `deadline` at most.
  void run_once(steady_time deadline);

  /// Runs until `done()` holds; false if `deadline` came first.
  template <class Predicate>
  bool run_until(steady_time deadline, Predicate done) {
    while (!done()) {
      if (steady_clock::now() >= deadline) return false;
      run_once(deadline);
    }
    return true;
  }

 private:
  unique_fd epoll_;
};

}  // namespace eventmgr::bench
