#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// GET /subscriptions
void list_subscriptions(api& calls, call& item);

/// POST /subscriptions: makes one, or changes the one of that name.
void create_subscription(api& calls, call& item);

/// GET, PATCH, DELETE /subscriptions/{subscription}
void get_subscription(api& calls, call& item);
void patch_subscription(api& calls, call& item);
void delete_subscription(api& calls, call& item);

}  // namespace eventmgr::transport
