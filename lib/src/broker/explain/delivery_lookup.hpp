#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/delivery_view.hpp"
#include "broker/delivery/subscription_service.hpp"
#include "broker/explain/explain_face.hpp"
#include "broker/explain/redelivery_notes.hpp"

#include <eventmgr/explanation.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr {

class redelivery_service;

/// Finds out what subscriptions did with one event: looks at them on the core's thread, a bounded number in one turn,
/// and goes through the store with copies of what it saw on a query's. Used on the core's thread.
class delivery_lookup {
 public:
  delivery_lookup(delivery_context& context, const subscription_service& subscriptions,
                  const redelivery_service& redeliveries)
      : context_{context}, subscriptions_{subscriptions}, redeliveries_{redeliveries} {}

  /// Stages and outcome for each subscription of the page, matched or not. The record has no offset if it is not
  /// published; `scheduled_for` is given if it will be. `not_found` for a subscription that is named.
  void explain(std::shared_ptr<const event> record, std::optional<time_point> scheduled_for,
               const explain_request& which, reply<event_explanation> done);

  /// Outcomes of those that the event was for, at most `which.limit`. With the last of them come the dead letters of
  /// subscriptions that are gone, as they do in an explanation to all.
  void find(std::shared_ptr<const event> record, const explain_request& which, reply<delivery_page> done);

  /// Calls `then` once what has happened so far is in the store, or cannot be written.
  void settle(std::function<void()> then) {
    context_.journal.flush([then = std::move(then)](const auto&) { then(); });
  }

 private:
  struct search;
  void go_on(const std::shared_ptr<search>& what);
  std::vector<event_delivery> remains_of(const std::vector<dead_letter_record>& dead) const;
  redelivery_notes::plans plans_under_way() const;

  delivery_context& context_;
  const subscription_service& subscriptions_;
  const redelivery_service& redeliveries_;
};

}  // namespace eventmgr
