#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

void explain_event(api& calls, call& item);          ///< GET /events/{id}/explain
void explain_unpublished(api& calls, call& item);    ///< POST /events/explain
void list_event_deliveries(api& calls, call& item);  ///< GET /events/{id}/deliveries
void trace_event(api& calls, call& item);            ///< GET /events/{id}/trace
void backtest_subscription(api& calls, call& item);  ///< POST /subscriptions/backtest

}  // namespace eventmgr::transport
