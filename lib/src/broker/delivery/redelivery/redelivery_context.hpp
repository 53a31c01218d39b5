#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/durable_subscription.hpp"
#include "ports/delivery_records.hpp"

#include <eventmgr/subscription.hpp>

#include <functional>
#include <memory>
#include <set>

namespace eventmgr {

/// What requeue plans and replays work with. Used on the core's thread.
struct redelivery_context {
  delivery_context& delivery;
  /// The dispatcher of a subscription as it is now, for a seek makes a new one; null if it was deleted.
  std::function<std::shared_ptr<durable_subscription>(subscription_id)> find{};
  /// The dead letters that some plan holds: another one leaves them alone.
  std::set<delivery_key> claimed{};

  /// By what a subscription's events are ordered, which does not change.
  delivery_ordering ordering(subscription_id id) const {
    const auto found = find(id);
    return found ? found->kept().definition.options.ordering : delivery_ordering::priority;
  }
  void wake(subscription_id id) const {
    if (const auto found = find(id)) found->wake();
  }
};

}  // namespace eventmgr
