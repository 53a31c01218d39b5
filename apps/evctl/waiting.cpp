#include "waiting.hpp"

#include <poll.h>

#include <algorithm>

namespace eventmgr::evctl {

bool wait_for(std::chrono::milliseconds duration, const client::interrupt& stop) noexcept {
  using clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds longest_poll{60000};
  const auto until = clock::now() + duration;
  pollfd watched{stop.descriptor(), POLLIN, 0};
  while (!stop.raised()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    if (left.count() <= 0) return true;
    // A signal ends poll early; the loop looks at what remains.
    ::poll(&watched, 1, static_cast<int>(std::min(left, longest_poll).count()));
  }
  return false;
}

}  // namespace eventmgr::evctl
