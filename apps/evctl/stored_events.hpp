#pragma once

#include "event_matcher.hpp"
#include "session.hpp"

#include <eventmgr/time.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr::evctl {

/// A stretch of the history.
struct stored_selection {
  std::vector<std::string> patterns{};  ///< of topics; empty: all
  std::string filter{};                 ///< the text of a JSON object, or empty
  std::optional<time_point> since{};    ///< inclusive
  std::optional<time_point> until{};    ///< exclusive; absent: the end of the log as it is when the reading begins
  std::uint32_t last{0};                ///< only the last so many that match and pass; 0: all
};

/// What is done with each event; false ends the reading.
using stored_visit = std::function<bool(const std::string& event)>;

/// Reads stored events, the oldest first. Reading ends at a place that is known when it begins, however quickly events
/// come, or at an interrupt. Fails as the client's calls do, and for patterns and a filter that are none.
result<void> visit_stored(const stored_selection& wanted, session& here, const stored_visit& visit);

}  // namespace eventmgr::evctl
