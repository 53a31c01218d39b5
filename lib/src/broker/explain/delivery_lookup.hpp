#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/delivery_view.hpp"
#include "broker/delivery/subscription_service.hpp"
#include "broker/explain/explain_face.hpp"

#include <eventmgr/explanation.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr {

/// Finds out what subscriptions did with one event: looks at them on the core's thread, a bounded number in one turn,
/// and goes through the store with copies of what it saw on a query's. Used on the core's thread.
class delivery_lookup {
 public:
  delivery_lookup(delivery_context& context, const subscription_service& subscriptions)
      : context_{context}, subscriptions_{subscriptions} {}

  /// Stages and outcome for each subscription of the page, matched or not. The record has no offset if it is not
  /// published. `not_found` for a subscription that is named.
  void explain(std::shared_ptr<const event> record, const explain_request& which, reply<event_explanation> done);

  /// Outcomes of those that the event was for, at most `which.limit`.
  void find(std::shared_ptr<const event> record, const explain_request& which, reply<delivery_page> done);

  /// Calls `then` once what has happened so far is in the store, or cannot be written.
  void settle(std::function<void()> then) { context_.journal.flush(std::move(then)); }

 private:
  struct search;
  void go_on(const std::shared_ptr<search>& what);

  delivery_context& context_;
  const subscription_service& subscriptions_;
};

}  // namespace eventmgr
