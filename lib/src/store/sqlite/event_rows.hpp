#pragma once

#include <eventmgr/event.hpp>

#include <cstdint>

namespace eventmgr::sqlite {

class connection;
class statement;
class name_lookup;

/// The keys that stand for an event's names in its row.
struct event_keys {
  std::int64_t topic{};
  std::int64_t type{};
  std::int64_t source{};
};

/// Inserts an event; does nothing where its id is taken.
statement make_insert_event(connection& writer);

/// Binds every column. The event must outlive the run.
void bind_event(statement& insert, const event& record, const event_keys& keys);

/// "SELECT ... FROM events" with the columns that `read_event` expects.
extern const char* const select_event;

inline constexpr int event_topic_column = 2;  ///< of `select_event`: topics.key

/// Reads the row on which the statement stands. Throws `sqlite_failure`.
event read_event(const statement& row, topic_name topic, name_lookup& types, name_lookup& sources);

}  // namespace eventmgr::sqlite
