#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/durable_subscription.hpp"

#include <eventmgr/subscription.hpp>

#include <functional>
#include <memory>

namespace eventmgr {

/// What requeue plans and replays work with. Used on the core's thread.
struct redelivery_context {
  delivery_context& delivery;
  /// The dispatcher of a subscription as it is now, for a seek makes a new one; null if it was deleted.
  std::function<std::shared_ptr<durable_subscription>(subscription_id)> find{};

  void wake(subscription_id id) const {
    if (const auto found = find(id)) found->wake();
  }
};

}  // namespace eventmgr
