#pragma once

#include "ports/event_store.hpp"

#include <cstdint>

namespace eventmgr::sqlite {

class reader;
struct topic_selection;

/// Serve the calls of `event_store` of the same names. `topics` is what the request's patterns select; no offset above
/// `head` is looked at. Throw `sqlite_failure`.
std::uint64_t count_log(reader& from, const log_request& request, const partition_state& log,
                        const topic_selection& topics);
offset place_of_last(reader& from, const log_request& request, std::uint64_t count, const partition_state& log,
                     const topic_selection& topics);

}  // namespace eventmgr::sqlite
