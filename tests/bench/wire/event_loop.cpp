#include "bench/wire/event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

namespace eventmgr::bench {

namespace {

volatile std::sig_atomic_t interrupt_seen = 0;

void note_interrupt(int) { interrupt_seen = 1; }

void control(int epoll, int operation, int fd, std::uint32_t events, io_handler* handler) {
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.ptr = handler;
  if (::epoll_ctl(epoll, operation, fd, &wanted) != 0) throw_errno("epoll_ctl");
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_interrupt;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

void check_interrupt() {
  if (interrupt_seen != 0) throw interrupted();
}

event_loop::event_loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw_errno("epoll_create1");
}

void event_loop::add(int fd, std::uint32_t events, io_handler& handler) {
  control(epoll_.get(), EPOLL_CTL_ADD, fd, events, &handler);
}

void event_loop::change(int fd, std::uint32_t events, io_handler& handler) {
  control(epoll_.get(), EPOLL_CTL_MOD, fd, events, &handler);
}

void event_loop::remove(int fd) { control(epoll_.get(), EPOLL_CTL_DEL, fd, 0, nullptr); }

void event_loop::run_once(steady_time deadline) {
  check_interrupt();
  // epoll_pwait2 because epoll_wait counts in milliseconds: ten events at the steady rate.
  const auto left = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(deadline - steady_clock::now()));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  timespec limit{};
  limit.tv_sec = seconds.count();
  limit.tv_nsec = (left - seconds).count();

  std::array<epoll_event, 256> seen{};
  const int count = ::epoll_pwait2(epoll_.get(), seen.data(), static_cast<int>(seen.size()), &limit, nullptr);
  if (count < 0 && errno != EINTR) throw_errno("epoll_pwait2");
  for (int i = 0; i < count; ++i) {
    const auto& event = seen[static_cast<std::size_t>(i)];
    static_cast<io_handler*>(event.data.ptr)->ready(event.events);
  }
}

}  // namespace eventmgr::bench
