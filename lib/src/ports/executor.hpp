#pragma once

#include <chrono>
#include <functional>

namespace eventmgr {

/// Runs pieces of work: in order and one at a time if it stands for the core or the writer, in any order if it stands
/// for the readers or the queries. Thread-safe.
class executor {
 public:
  virtual ~executor() = default;

  /// Queues `work`; never runs it before it returns. What `work` throws ends the process: it must catch what it
  /// expects.
  virtual void post(std::function<void()> work) = 0;
};

/// An executor that can also put work off. Thread-safe.
class timed_executor : public executor {
 public:
  /// Queues `work` at `when`, by the steady clock, or soon after.
  virtual void post_at(std::chrono::steady_clock::time_point when, std::function<void()> work) = 0;
};

}  // namespace eventmgr
