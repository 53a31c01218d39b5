#include "client/blocking_io.hpp"

#include <boost/asio/error.hpp>
#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <utility>

namespace eventmgr::client {

blocking_io::blocking_io(std::shared_ptr<interrupt> stop) : stop_{std::move(stop)} {
  if (stop_ == nullptr) return;
  auto& watch = watch_.emplace(context_, ::fcntl(stop_->descriptor(), F_DUPFD_CLOEXEC, 0));
  watch.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code code) {
    if (!code && cancel_) cancel_();
  });
}

void blocking_io::forget_interrupt() noexcept {
  watch_.reset();
  stop_.reset();
}

boost::system::error_code blocking_io::complete(clock::time_point deadline,
                                                std::optional<boost::system::error_code>& outcome,
                                                const std::function<void()>& idle) {
  context_.restart();
  context_.poll();
  if (!outcome && idle) idle();
  bool late = false;
  while (!outcome) {
    context_.restart();
    if (late) {
      context_.run_one();
    } else if (context_.run_one_until(deadline) == 0 && clock::now() >= deadline) {
      late = true;
      if (cancel_) cancel_();
    }
  }
  if (interrupted()) return boost::asio::error::interrupted;
  if (late) return boost::asio::error::timed_out;
  return *outcome;
}

bool blocking_io::sleep(std::chrono::milliseconds duration) const {
  pollfd watched{stop_ != nullptr ? stop_->descriptor() : -1, POLLIN, 0};
  const auto until = clock::now() + duration;
  while (!interrupted()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    if (left.count() <= 0) return true;
    // A signal ends poll early; the loop looks at what remains.
    ::poll(&watched, 1, static_cast<int>(std::min<std::chrono::milliseconds::rep>(left.count(), 60000)));
  }
  return false;
}

}  // namespace eventmgr::client
