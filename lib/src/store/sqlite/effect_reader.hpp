#pragma once

#include <eventmgr/event.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace eventmgr::sqlite {

class reader;

/// Serves `event_store::effects_of`. Gives no event above `head`. Throws `sqlite_failure`.
std::vector<event> effects_of(reader& from, std::span<const event_id> causes, std::uint32_t limit, offset head);

}  // namespace eventmgr::sqlite
