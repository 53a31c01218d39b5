#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// GET /dead-letters
void list_dead_letters(api& calls, call& item);

/// GET /dead-letters/{id}
void get_dead_letter(api& calls, call& item);

}  // namespace eventmgr::transport
