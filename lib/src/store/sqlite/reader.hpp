#pragma once

#include "store/sqlite/connection.hpp"
#include "store/sqlite/name_dictionary.hpp"
#include "store/sqlite/statement.hpp"

#include <eventmgr/event.hpp>
#include <eventmgr/query.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace eventmgr::sqlite {

class topic_directory;

/// A stretch of offsets, both ends included; empty where `first` is greater than `last`.
struct offset_range {
  std::uint64_t first{1};
  std::uint64_t last{0};

  bool empty() const noexcept { return first > last; }
  std::uint64_t size() const noexcept { return empty() ? 0 : last - first + 1; }
};

/// A read-only connection with the statements that every read needs. Members throw `sqlite_failure`. Not thread-safe.
class reader {
 public:
  reader(const std::string& path, const topic_directory& topics);

  /// The event at an offset, where there is one.
  std::optional<event> at(offset seq);
  std::optional<event> by_id(event_id id);

  /// The first offset in the range whose event was received at `at` or later; `range.last + 1` if there is none.
  std::uint64_t first_received_at(time_point at, offset_range range);

  connection& database() noexcept { return connection_; }
  /// Whole events with offsets from ?1 to ?2, ascending.
  statement& stretch() noexcept { return stretch_; }
  /// Offset, topic and priority of the same, in the order asked for.
  statement& stretch_names(sort_order order = sort_order::ascending) noexcept {
    return order == sort_order::ascending ? names_up_ : names_down_;
  }
  /// How many events one topic (?1) and priority (?2) has from ?3 to ?4.
  statement& topic_count() noexcept { return topic_count_; }
  /// Offsets of one topic (?1) and priority (?2) from ?3 to ?4, at most ?5, in the order asked for.
  statement& topic_offsets(sort_order order) noexcept {
    return order == sort_order::ascending ? topic_up_ : topic_down_;
  }
  name_lookup& types() noexcept { return types_; }
  name_lookup& sources() noexcept { return sources_; }

  /// The event on which a statement made of `select_event` stands.
  event record_of(const statement& row);

 private:
  const topic_directory& topics_;
  connection connection_;
  name_lookup types_;
  name_lookup sources_;
  statement at_;
  statement by_id_;
  statement received_at_;
  statement stretch_;
  statement names_up_;
  statement names_down_;
  statement topic_count_;
  statement topic_up_;
  statement topic_down_;
};

}  // namespace eventmgr::sqlite
