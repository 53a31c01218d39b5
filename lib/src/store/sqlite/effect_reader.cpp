#include "store/sqlite/effect_reader.hpp"

#include "store/sqlite/reader.hpp"

namespace eventmgr::sqlite {
namespace {

// The columns of `select_event`, without what is large.
constexpr const char* const select_effects =
    "SELECT seq, id, topic, type, source, priority, received_at, timestamp, expires_at, correlation_id, causation_id, "
    "version, ordering_key, NULL, NULL FROM events INDEXED BY events_by_causation "
    "WHERE causation_id = ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3";

}  // namespace

std::vector<event> effects_of(reader& from, std::span<const event_id> causes, std::uint32_t limit, offset head) {
  std::vector<event> found;
  statement rows{from.database(), select_effects};
  for (const event_id& cause : causes) {
    if (found.size() == limit) break;
    rows.bind(1, cause.value);
    rows.bind(2, head);
    rows.bind(3, static_cast<std::int64_t>(limit - found.size()));
    const scoped_run run{rows};
    while (rows.step()) found.push_back(from.record_of(rows));
  }
  return found;
}

}  // namespace eventmgr::sqlite
