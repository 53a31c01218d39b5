#pragma once

#include "store/sqlite/statement.hpp"

#include <eventmgr/position.hpp>

#include <string>

namespace eventmgr::sqlite {

/// The text of a position as a column keeps it; empty for none.
inline std::string position_text(const position& place) {
  return place.after.empty() ? std::string{} : to_string(place);
}

inline position position_in(const statement& row, int column) {
  return parse_position(row.text(column)).value_or(position{});
}

}  // namespace eventmgr::sqlite
