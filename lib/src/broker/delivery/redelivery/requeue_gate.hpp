#pragma once

#include <eventmgr/requeue.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace eventmgr {

/// Decides when a requeue plan may begin with another dead letter: by its limit, its canary and its rate; and when it
/// must stop. Pure; used by one thread.
class requeue_gate {
 public:
  using time = std::chrono::steady_clock::time_point;

  requeue_gate(const requeue_request& request, std::uint64_t delivered, std::uint64_t failed, std::uint64_t forgiven)
      : limit_{request.limit.value_or(UINT64_MAX)},
        canary_{request.canary},
        stop_on_failures_{request.stop_on_failures},
        delivered_{delivered},
        failed_{failed},
        forgiven_{forgiven} {
    if (request.rate_per_second > 0) {
      interval_ = std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 / request.rate_per_second)};
    }
  }

  enum class verdict : std::uint8_t {
    open,
    later,    ///< at `next()`
    waiting,  ///< for the canary
    closed,   ///< the limit is reached
  };
  verdict ask(time now) const noexcept {
    const std::uint64_t used = delivered_ + failed_ + under_way_;
    if (used >= limit_) return verdict::closed;
    if (in_canary() && delivered_ + failed_ - forgiven_ + under_way_ >= canary_) return verdict::waiting;
    return now < next_ ? verdict::later : verdict::open;
  }

  void begun(time now) noexcept {
    ++under_way_;
    // Time that was not used is not saved up.
    next_ = (next_ < now ? now : next_) + interval_;
  }
  /// One that had begun is left alone after all.
  void withdrawn() noexcept { --under_way_; }
  void delivered() noexcept {
    --under_way_;
    ++delivered_;
  }
  void failed() noexcept {
    --under_way_;
    ++failed_;
  }

  /// What has failed so far no longer counts against it.
  void forgive() noexcept { forgiven_ = failed_; }

  /// Why the plan must stop; null while it need not.
  const char* objection() const noexcept {
    const std::uint64_t failures = failed_ - forgiven_;
    if (failures > 0 && in_canary()) return "the canary failed";
    if (stop_on_failures_ > 0 && failures >= stop_on_failures_) return "too many failed again";
    return nullptr;
  }

  time next() const noexcept { return next_; }
  std::uint64_t delivered_count() const noexcept { return delivered_; }
  std::uint64_t failed_count() const noexcept { return failed_; }
  std::uint64_t under_way() const noexcept { return under_way_; }

 private:
  /// Until as many as the canary asks for were delivered, no more than these are tried.
  bool in_canary() const noexcept { return delivered_ < canary_; }

  const std::uint64_t limit_;
  const std::uint64_t canary_;
  const std::uint64_t stop_on_failures_;
  std::uint64_t delivered_;
  std::uint64_t failed_;
  std::uint64_t forgiven_;
  std::uint64_t under_way_{0};
  std::chrono::nanoseconds interval_{0};
  time next_{};
};

}  // namespace eventmgr
