#pragma once

#include <eventmgr/export.hpp>

#include <atomic>

namespace eventmgr::client {

/// Ends what a client is waiting for, from another thread or from a signal handler. Once raised it stays raised.
class EVENTMGR_API interrupt {
 public:
  /// Throws std::system_error if there is no descriptor left.
  interrupt();
  interrupt(const interrupt&) = delete;
  interrupt& operator=(const interrupt&) = delete;
  ~interrupt();

  /// Async-signal-safe and thread-safe.
  void raise() noexcept;

  bool raised() const noexcept { return raised_.load(std::memory_order_acquire); }

  /// Readable once raised, for poll(2). Owned by this object.
  int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
  std::atomic<bool> raised_{false};
  static_assert(std::atomic<bool>::is_always_lock_free);
};

}  // namespace eventmgr::client
