#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace eventmgr {

/// When the next group may be committed. Arithmetic only; not thread-safe.
///
/// A commit costs the same disk writes, wake-ups and context switches however little is in it, and a writer that takes
/// at once what is there makes many small ones of a steady stream of single events. So where several publishers are at
/// it, the writer rests as long as it has worked, and more of them share the next commit. It does not when as many are
/// there as last time: that may be all of them, each waiting for its answer. A publisher alone never waits, nor does
/// anybody where a commit takes longer than `longest`: then enough come together by themselves.
class commit_pace {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// From the start of a commit to the start of the next, at most, where that is waited for.
  static constexpr std::chrono::microseconds longest{700};

  /// Requests in a commit from which on it is worth waiting for more.
  static constexpr std::size_t company = 4;

  /// A commit of so many requests ran from `began` to `ended`.
  void committed(time_point began, time_point ended, std::size_t requests) noexcept {
    const auto interval = std::min<std::chrono::steady_clock::duration>(2 * (ended - began), longest);
    next_ = requests < company ? began : began + interval;
    enough_ = requests;
  }

  /// When the next commit may begin, where so many requests wait for it; often in the past.
  time_point next(std::size_t waiting) const noexcept { return waiting >= enough_ ? time_point{} : next_; }

 private:
  time_point next_{};
  std::size_t enough_{0};
};

}  // namespace eventmgr
