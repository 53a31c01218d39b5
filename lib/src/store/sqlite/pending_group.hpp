#pragma once

#include "ports/event_store.hpp"
#include "store/sqlite/store_state.hpp"
#include "store/sqlite/topic_directory.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace eventmgr::sqlite {

class writer_session;

/// What one commit does to the log and to the schedule, gathered so that it can be published once it has succeeded.
/// Members that take a session throw `sqlite_failure`. Not thread-safe.
class pending_group {
 public:
  /// Begins on top of what is published.
  explicit pending_group(const store_state& published);

  /// Appends the event, puts it on the schedule, or finds that its id is taken.
  void add(writer_session& to, append_entry& entry, time_point now);

  /// Takes an event off the schedule, if it is there.
  void fire(writer_session& to, event_id id);

  const partition_state& log() const noexcept { return log_; }
  const std::vector<new_topic>& topics() const noexcept { return topics_; }
  /// The topic of each event that was appended.
  const std::vector<std::int64_t>& event_topics() const noexcept { return event_topics_; }
  /// Events on the schedule.
  std::uint64_t scheduled() const noexcept { return scheduled_; }

 private:
  void append(writer_session& to, append_entry& entry, time_point received_at);
  void schedule(writer_session& to, append_entry& entry);
  /// Whether the id is on the schedule; the entry is a duplicate then.
  bool waits(writer_session& in, append_entry& entry);
  /// Whether the id is in the log; the entry is a duplicate then.
  bool is_stored(writer_session& in, append_entry& entry);
  std::int64_t topic_key(writer_session& to, const topic_name& topic);
  topic_name topic_of(std::int64_t key) const;

  const topic_directory& known_topics_;
  partition_state log_;
  std::uint64_t scheduled_;
  std::vector<new_topic> topics_;
  std::unordered_map<std::string, std::int64_t> topic_keys_;
  std::vector<std::int64_t> event_topics_;
};

}  // namespace eventmgr::sqlite
