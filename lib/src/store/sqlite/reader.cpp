#include "store/sqlite/reader.hpp"

#include "store/sqlite/event_rows.hpp"
#include "store/sqlite/topic_directory.hpp"

namespace eventmgr::sqlite {
namespace {

std::string select_where(const char* condition) { return std::string{select_event} + " WHERE " + condition; }

std::string names_in(const char* direction) {
  return std::string{"SELECT seq, topic, priority FROM events NOT INDEXED WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq "} +
         direction;
}

std::string topic_offsets_in(const char* direction) {
  return std::string{
             "SELECT seq FROM events INDEXED BY events_by_topic WHERE topic = ?1 AND priority = ?2 "
             "AND seq BETWEEN ?3 AND ?4 ORDER BY seq "} +
         direction + " LIMIT ?5";
}

}  // namespace

reader::reader(const std::string& path, const topic_directory& topics)
    : topics_{topics},
      connection_{path, access::read_only},
      types_{connection_, "types"},
      sources_{connection_, "sources"},
      at_{connection_, select_where("seq = ?1")},
      by_id_{connection_, select_where("id = ?1")},
      received_at_{connection_, "SELECT received_at FROM events WHERE seq >= ?1 ORDER BY seq LIMIT 1"},
      stretch_{connection_, select_where("seq BETWEEN ?1 AND ?2 ORDER BY seq")},
      names_up_{connection_, names_in("ASC")},
      names_down_{connection_, names_in("DESC")},
      topic_count_{connection_,
                   "SELECT count(*) FROM events INDEXED BY events_by_topic WHERE topic = ?1 AND priority = ?2 "
                   "AND seq BETWEEN ?3 AND ?4"},
      topic_up_{connection_, topic_offsets_in("ASC")},
      topic_down_{connection_, topic_offsets_in("DESC")} {
  connection_.execute("PRAGMA cache_size = -2048");
}

event reader::record_of(const statement& row) {
  return read_event(row, topics_.name_of(row.integer(event_topic_column)), types_, sources_);
}

std::optional<event> reader::at(offset seq) {
  at_.bind(1, seq);
  const scoped_run found{at_};
  if (!at_.step()) return std::nullopt;
  return record_of(at_);
}

std::optional<event> reader::by_id(event_id id) {
  by_id_.bind(1, id.value);
  const scoped_run found{by_id_};
  if (!by_id_.step()) return std::nullopt;
  return record_of(by_id_);
}

std::uint64_t reader::first_received_at(time_point at, offset_range range) {
  std::uint64_t low = range.first;
  std::uint64_t high = range.last + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    received_at_.bind(1, offset{middle});
    const scoped_run probe{received_at_};
    if (received_at_.step() && received_at_.integer(0) < at.time_since_epoch().count()) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace eventmgr::sqlite
