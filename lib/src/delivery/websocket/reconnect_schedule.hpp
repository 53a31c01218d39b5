#pragma once

#include <chrono>
#include <cstdint>

namespace eventmgr::delivery {

/// How long to wait before a peer is dialled again: `first` after a connection has ended or could not be made, doubled
/// with each further time, at most `longest`; of that a random part between one half and all, so that not all come at
/// once. A connection that lasted for `steady_after` begins the count anew: one that is made and broken at once does
/// not.
class reconnect_schedule {
 public:
  using clock = std::chrono::steady_clock;

  struct bounds {
    std::chrono::milliseconds first{1000};
    std::chrono::milliseconds longest{30000};
    std::chrono::milliseconds steady_after{30000};
  };

  explicit reconnect_schedule(const bounds& limits) noexcept : limits_{limits} {}

  void opened(clock::time_point now) noexcept;

  /// A connection has ended, or could not be made. `random` is drawn from [0, 1).
  std::chrono::milliseconds ended(clock::time_point now, double random) noexcept;

 private:
  const bounds limits_;
  std::uint32_t failures_{0};
  bool open_{false};
  clock::time_point opened_at_{};
};

}  // namespace eventmgr::delivery
