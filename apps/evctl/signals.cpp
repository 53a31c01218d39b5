#include "signals.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace eventmgr::evctl {
namespace {

constexpr int shell_signal_base = 128;

volatile std::sig_atomic_t raised_signal = 0;
client::interrupt* target = nullptr;
std::atomic<void (*)() noexcept> farewell{nullptr};
static_assert(std::atomic<void (*)() noexcept>::is_always_lock_free);

void on_signal(int signal) {
  if (raised_signal != 0) {
    if (const auto restore = farewell.load()) restore();
    ::_exit(shell_signal_base + signal);
  }
  raised_signal = signal;
  target->raise();
}

}  // namespace

std::shared_ptr<client::interrupt> handle_signals() {
  // Handlers stay installed for the life of the process, and so does what they use.
  static const auto stop = std::make_shared<client::interrupt>();
  target = stop.get();
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: a read of standard input ends too
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
  return stop;
}

void on_abrupt_end(void (*restore)() noexcept) noexcept { farewell.store(restore); }

int received_signal() noexcept { return raised_signal; }

}  // namespace eventmgr::evctl
