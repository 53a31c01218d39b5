#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace eventmgr::evctl {

/// A line on a terminal's standard error that says how far long work has come. Redrawn ten times a second at most.
class progress_line {
 public:
  /// Draws nothing unless `shown`.
  explicit progress_line(bool shown) : shown_{shown} {}
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;
  /// Wipes the line.
  ~progress_line();

  /// `total` 0: not known, then there is no bar. `what` is said after it.
  void update(std::uint64_t done, std::uint64_t total, std::string_view what);

  /// Wipes the line, for other text to be written.
  void clear();

 private:
  bool shown_;
  bool drawn_{false};
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace eventmgr::evctl
