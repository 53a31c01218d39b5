#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// POST /subscriptions/{subscription}/pause, resume, seek and test
void pause_subscription(api& calls, call& item);
void resume_subscription(api& calls, call& item);
void seek_subscription(api& calls, call& item);
void test_subscription(api& calls, call& item);

/// GET /subscriptions/{subscription}/stats and attempts
void get_subscription_stats(api& calls, call& item);
void list_subscription_attempts(api& calls, call& item);

}  // namespace eventmgr::transport
