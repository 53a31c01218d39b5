#include "store/sqlite/event_rows.hpp"

#include "store/sqlite/column_values.hpp"
#include "store/sqlite/name_dictionary.hpp"
#include "store/sqlite/statement.hpp"

#include <utility>

namespace eventmgr::sqlite {
statement make_insert_event(connection& writer) {
  return {writer,
          "INSERT INTO events (seq, id, topic, type, source, priority, received_at, timestamp, expires_at, "
          "correlation_id, causation_id, version, ordering_key, metadata, payload) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT (id) DO NOTHING"};
}

void bind_event(statement& insert, const event& record, const event_keys& keys) {
  insert.bind(1, record.seq);
  insert.bind(2, record.id.value);
  insert.bind(3, keys.topic);
  insert.bind(4, keys.type);
  insert.bind(5, keys.source);
  insert.bind(6, static_cast<std::int64_t>(record.priority));
  insert.bind(7, milliseconds_of(record.received_at));
  insert.bind(8, milliseconds_of(record.timestamp));
  bind_time(insert, 9, record.expires_at);
  bind_id(insert, 10, record.correlation_id);
  bind_id(insert, 11, record.causation_id);
  insert.bind(12, std::string_view{record.version});
  bind_text_or_null(insert, 13, record.ordering_key);
  bind_text_or_null(insert, 14, record.metadata);
  insert.bind(15, std::string_view{record.payload});
}

const char* const select_event =
    "SELECT seq, id, topic, type, source, priority, received_at, timestamp, expires_at, correlation_id, causation_id, "
    "version, ordering_key, metadata, payload FROM events";

event read_event(const statement& row, topic_name topic, name_lookup& types, name_lookup& sources) {
  event record;
  record.seq = {static_cast<std::uint64_t>(row.integer(0))};
  record.id = {row.id(1)};
  record.topic = std::move(topic);
  record.type = types.name_of(row.integer(3));
  record.source = sources.name_of(row.integer(4));
  record.priority = static_cast<enum priority>(row.integer(5));
  record.received_at = time_of(row.integer(6));
  record.timestamp = time_of(row.integer(7));
  record.expires_at = optional_time(row, 8);
  record.correlation_id = optional_id(row, 9);
  record.causation_id = optional_id(row, 10);
  record.version = row.text(11);
  record.ordering_key = row.text(12);
  record.metadata = row.text(13);
  record.payload = row.text(14);
  return record;
}

}  // namespace eventmgr::sqlite
