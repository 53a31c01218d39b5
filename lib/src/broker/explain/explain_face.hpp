#pragma once

#include "broker/broker.hpp"

#include <eventmgr/backtest.hpp>
#include <eventmgr/explanation.hpp>
#include <eventmgr/trace.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace eventmgr {

/// Which subscriptions an explanation is of.
struct explain_request {
  static constexpr std::uint32_t max_limit = 1000;

  std::string subscription{};  ///< an id or a name; empty: all of them, by name
  std::string cursor{};        ///< `next_cursor` of the page before
  std::uint32_t limit{100};    ///< 1 to `max_limit`
};

/// Why events go where they go, as transports see it. Nothing here changes anything. Thread-safe; answers come on the
/// core's thread.
class explain_face {
 public:
  virtual ~explain_face() = default;

  /// What each subscription did with an event, or is about to do, also once it comes off the schedule, and why.
  /// `not_found` for the event or subscription.
  virtual void explain(event_id id, explain_request which, reply<event_explanation> done) = 0;

  /// What each subscription would do with an event that is normalised and not published.
  virtual void explain_unpublished(std::shared_ptr<const event> record, explain_request which,
                                   reply<event_explanation> done) = 0;

  /// What the subscriptions that an event was for did with it; `which.subscription` is not looked at. `not_found`.
  virtual void deliveries(event_id id, explain_request which, reply<delivery_page> done) = 0;

  /// What caused an event, what it caused, and what became of each of them. `not_found`.
  virtual void trace(event_id id, reply<event_trace> done) = 0;

  /// Tries a subscription on history: to the end of the stretch, or for `backtest_request::time_limit`. Fails as the
  /// creation of a subscription does, pointers from the request's root; `not_found` for `against`.
  virtual void backtest(backtest_request request, reply<backtest_result> done) = 0;
};

}  // namespace eventmgr
