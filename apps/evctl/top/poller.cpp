#include "poller.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace eventmgr::evctl::top {
namespace {

client::client_options with_stop(client::client_options options, std::shared_ptr<client::interrupt> stop) {
  options.stop = std::move(stop);
  return options;
}

int make_event() {
  const int made = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (made < 0) throw std::system_error{errno, std::generic_category(), "cannot make an eventfd"};
  return made;
}

/// A thread that is started meanwhile takes no SIGWINCH.
class resizing_elsewhere {
 public:
  resizing_elsewhere() {
    sigset_t resizing{};
    sigemptyset(&resizing);
    sigaddset(&resizing, SIGWINCH);
    ::pthread_sigmask(SIG_BLOCK, &resizing, &before_);
  }
  resizing_elsewhere(const resizing_elsewhere&) = delete;
  resizing_elsewhere& operator=(const resizing_elsewhere&) = delete;
  ~resizing_elsewhere() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

poller::poller(client::client_options to)
    : stop_{std::make_shared<client::interrupt>()}, client_{with_stop(std::move(to), stop_)}, ready_{make_event()} {
  const resizing_elsewhere quiet;
  thread_ = std::thread{[this] { run(); }};
}

poller::~poller() {
  stop_->raise();
  {
    const std::lock_guard held{lock_};
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
  ::close(ready_);
}

void poller::ask() {
  {
    const std::lock_guard held{lock_};
    if (busy_) return;
    asked_ = busy_ = true;
  }
  changed_.notify_one();
}

bool poller::is_busy() const {
  const std::lock_guard held{lock_};
  return busy_;
}

std::optional<result<sample>> poller::take() {
  const std::lock_guard held{lock_};
  std::uint64_t count = 0;
  static_cast<void>(::read(ready_, &count, sizeof count));
  if (seen_) busy_ = false;
  return std::exchange(seen_, std::nullopt);
}

void poller::run() {
  std::unique_lock held{lock_};
  for (;;) {
    changed_.wait(held, [this] { return asked_ || ending_; });
    if (ending_) return;
    asked_ = false;
    held.unlock();
    auto seen = take_sample(client_);
    held.lock();
    seen_ = std::move(seen);
    const std::uint64_t one = 1;
    static_cast<void>(::write(ready_, &one, sizeof one));
  }
}

}  // namespace eventmgr::evctl::top
