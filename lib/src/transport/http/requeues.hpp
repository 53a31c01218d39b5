#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// POST /dead-letters/{id}/requeue: has one delivered again, with a patch if it is given.
void requeue_dead_letter(api& calls, call& item);

/// POST /dead-letters/requeue: makes a plan for all that are selected, or counts them.
void requeue_dead_letters(api& calls, call& item);

/// GET /dead-letters/requeues
void list_requeues(api& calls, call& item);

/// GET, DELETE /dead-letters/requeues/{id}
void get_requeue(api& calls, call& item);
void cancel_requeue(api& calls, call& item);

/// POST /dead-letters/requeues/{id}/resume
void resume_requeue(api& calls, call& item);

}  // namespace eventmgr::transport
