#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// GET /topics: a page, by name.
void list_topics(api& calls, call& item);

/// POST /topics: declares one; 409 if it is declared.
void create_topic(api& calls, call& item);

/// GET /topics/{topic}
void get_topic(api& calls, call& item);

/// PUT /topics/{topic}: declares it, or replaces its declaration.
void put_topic(api& calls, call& item);

/// DELETE /topics/{topic}: takes the declaration back. Its events stay.
void delete_topic(api& calls, call& item);

}  // namespace eventmgr::transport
