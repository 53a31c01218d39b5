#pragma once

#include "ports/delivery_records.hpp"
#include "store/sqlite/statement.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace eventmgr::sqlite {

class connection;
class reader;

/// Puts events on the schedule and takes them off. Used inside a transaction. Members throw `sqlite_failure`. Not
/// thread-safe.
class schedule_writer {
 public:
  explicit schedule_writer(connection& writer);

  /// The topic of the event with this id, if it is on the schedule.
  std::optional<topic_name> find(event_id id);

  /// The event has a `deliver_at`, and its id is free.
  void add(const event& record);

  /// False: it was not there.
  bool remove(event_id id);

 private:
  connection& connection_;
  statement find_;
  statement add_;
  statement remove_;
};

/// Serves `event_store::read_schedule`. Throws `sqlite_failure`.
std::vector<scheduled_event> read_schedule(reader& from, std::uint32_t limit);

/// Serves `event_store::find_scheduled`. Throws `sqlite_failure`.
std::optional<scheduled_event> find_scheduled(reader& from, event_id id);

}  // namespace eventmgr::sqlite
