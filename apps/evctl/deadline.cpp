#include "deadline.hpp"

#include <poll.h>

#include <algorithm>
#include <array>

namespace eventmgr::evctl {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_poll{60000};

/// False if `done` is raised first.
bool wait_for_end(const client::interrupt& program, const client::interrupt& done, clock::time_point at) noexcept {
  std::array<pollfd, 2> watched{pollfd{program.descriptor(), POLLIN, 0}, pollfd{done.descriptor(), POLLIN, 0}};
  while (!program.raised() && !done.raised()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at - clock::now());
    if (left.count() <= 0) return true;
    ::poll(watched.data(), watched.size(), static_cast<int>(std::min(left, longest_poll).count()));
  }
  return !done.raised();
}

}  // namespace

deadline::deadline(const client::interrupt& program, std::chrono::milliseconds after)
    : thread_{[this, &program, at = clock::now() + after] {
        if (wait_for_end(program, done_, at)) stop_->raise();
      }} {}

deadline::~deadline() {
  done_.raise();
  thread_.join();
}

}  // namespace eventmgr::evctl
