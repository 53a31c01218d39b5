#pragma once

#include <eventmgr/error.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace eventmgr::delivery {

class delivery_io;

/// A host that events are to be sent to, and where it was named.
struct named_target {
  std::string host{};
  std::string pointer{};
};

/// Names that take longer are not waited for: every connect looks again.
inline constexpr std::chrono::milliseconds target_check_limit{2000};

/// Looks hosts up and asks `why_refused` about every address that they have. `done` is called on the core's thread,
/// once (never, if `io` is stopped before), with `invalid_request` if any address is refused. A name that is not found,
/// or not in time, is no failure: it may be known tomorrow. On the core's thread.
void check_targets(delivery_io& io, std::vector<named_target> targets, std::function<void(result<void>)> done);

}  // namespace eventmgr::delivery
