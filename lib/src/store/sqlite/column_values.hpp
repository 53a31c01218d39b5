#pragma once

#include "store/sqlite/statement.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace eventmgr::sqlite {

inline time_point time_of(std::int64_t milliseconds) { return time_point{std::chrono::milliseconds{milliseconds}}; }

inline std::int64_t milliseconds_of(time_point at) { return at.time_since_epoch().count(); }

inline std::uint64_t count_in(const statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

inline void bind_count(statement& to, int parameter, std::uint64_t value) {
  to.bind(parameter, static_cast<std::int64_t>(value));
}

inline void bind_time(statement& to, int parameter, const std::optional<time_point>& at) {
  if (at) {
    to.bind(parameter, milliseconds_of(*at));
  } else {
    to.bind_null(parameter);
  }
}

inline std::optional<time_point> optional_time(const statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return time_of(row.integer(column));
}

/// The id must outlive the run.
inline void bind_id(statement& to, int parameter, const std::optional<event_id>& id) {
  if (id) {
    to.bind(parameter, id->value);
  } else {
    to.bind_null(parameter);
  }
}

inline std::optional<event_id> optional_id(const statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return event_id{row.id(column)};
}

/// Empty text is stored as NULL, which takes no room, and read as empty. The text must outlive the run.
inline void bind_text_or_null(statement& to, int parameter, std::string_view text) {
  if (text.empty()) {
    to.bind_null(parameter);
  } else {
    to.bind(parameter, text);
  }
}

}  // namespace eventmgr::sqlite
