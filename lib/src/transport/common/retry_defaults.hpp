#pragma once

#include <eventmgr/subscription.hpp>

#include <mutex>

namespace eventmgr::transport {

/// The retry policy of subscriptions that ask for no other, which reading the configuration again may change.
/// Thread-safe.
class retry_defaults {
 public:
  explicit retry_defaults(const retry_policy& first = {}) : policy_{first} {}

  retry_policy get() const {
    const std::lock_guard lock{mutex_};
    return policy_;
  }

  void set(const retry_policy& policy) {
    const std::lock_guard lock{mutex_};
    policy_ = policy;
  }

 private:
  mutable std::mutex mutex_;
  retry_policy policy_;
};

}  // namespace eventmgr::transport
