#include "store/sqlite/schedule_rows.hpp"

#include "core/page_budget.hpp"
#include "store/sqlite/column_values.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/reader.hpp"

#include <sqlite3.h>

#include <string>
#include <utility>

namespace eventmgr::sqlite {
namespace {

std::string select_scheduled(const char* rest) {
  return std::string{
             "SELECT due, id, priority, timestamp, expires_at, correlation_id, causation_id, topic, type, source, "
             "version, ordering_key, metadata, payload FROM scheduled_events "} +
         rest;
}

scheduled_event scheduled_in(const statement& row) {
  auto record = std::make_shared<event>();
  record->id = {row.id(1)};
  record->priority = static_cast<enum priority>(row.integer(2));
  record->timestamp = time_of(row.integer(3));
  record->expires_at = optional_time(row, 4);
  record->correlation_id = optional_id(row, 5);
  record->causation_id = optional_id(row, 6);
  record->topic = topic_name::trusted(std::string{row.text(7)});
  record->type = row.text(8);
  record->source = row.text(9);
  record->version = row.text(10);
  record->ordering_key = row.text(11);
  record->metadata = row.text(12);
  record->payload = row.text(13);
  return {std::move(record), time_of(row.integer(0))};
}

}  // namespace

schedule_writer::schedule_writer(connection& writer)
    : connection_{writer},
      find_{writer, "SELECT topic FROM scheduled_events WHERE id = ?1"},
      add_{writer,
           "INSERT INTO scheduled_events (id, due, priority, timestamp, expires_at, correlation_id, causation_id, "
           "topic, type, source, version, ordering_key, metadata, payload) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"},
      remove_{writer, "DELETE FROM scheduled_events WHERE id = ?1"} {}

std::optional<topic_name> schedule_writer::find(event_id id) {
  find_.bind(1, id.value);
  const scoped_run found{find_};
  if (!find_.step()) return std::nullopt;
  return topic_name::trusted(std::string{find_.text(0)});
}

void schedule_writer::add(const event& record) {
  add_.bind(1, record.id.value);
  bind_time(add_, 2, record.deliver_at);
  add_.bind(3, static_cast<std::int64_t>(record.priority));
  add_.bind(4, milliseconds_of(record.timestamp));
  bind_time(add_, 5, record.expires_at);
  bind_id(add_, 6, record.correlation_id);
  bind_id(add_, 7, record.causation_id);
  add_.bind(8, std::string_view{record.topic.str()});
  add_.bind(9, std::string_view{record.type});
  add_.bind(10, std::string_view{record.source});
  add_.bind(11, std::string_view{record.version});
  bind_text_or_null(add_, 12, record.ordering_key);
  bind_text_or_null(add_, 13, record.metadata);
  add_.bind(14, std::string_view{record.payload});
  add_.run();
}

bool schedule_writer::remove(event_id id) {
  remove_.bind(1, id.value);
  remove_.run();
  return sqlite3_changes64(connection_.handle()) != 0;
}

std::optional<scheduled_event> find_scheduled(reader& from, event_id id) {
  statement rows{from.database(), select_scheduled("WHERE id = ?1")};
  rows.bind(1, id.value);
  if (!rows.step()) return std::nullopt;
  return scheduled_in(rows);
}

std::vector<scheduled_event> read_schedule(reader& from, std::uint32_t limit) {
  statement rows{from.database(), select_scheduled("ORDER BY due, key LIMIT ?1")};
  rows.bind(1, std::int64_t{limit});
  std::vector<scheduled_event> events;
  page_budget left{limit};
  while (!left.spent() && rows.step()) {
    events.push_back(scheduled_in(rows));
    left.take(*events.back().record);
  }
  return events;
}

}  // namespace eventmgr::sqlite
