#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// GET /dead-letters
void list_dead_letters(api& calls, call& item);

/// GET /dead-letters/summary
void summarise_dead_letters(api& calls, call& item);

/// GET /dead-letters/{id}
void get_dead_letter(api& calls, call& item);

/// DELETE /dead-letters/{id}: gives it up for good.
void discard_dead_letter(api& calls, call& item);

/// POST /dead-letters/purge: gives up all that are selected.
void purge_dead_letters(api& calls, call& item);

}  // namespace eventmgr::transport
