#pragma once

#include "codec/event_decoder.hpp"

#include <eventmgr/event.hpp>

#include <optional>
#include <string>
#include <vector>

namespace eventmgr::codec {

/// An event as far as it was read, and what is wrong with it.
struct event_draft {
  event_in input{};  ///< `payload` and `metadata` compact
  std::optional<time_point> expires_at{};
  std::vector<problem> problems{};
  std::vector<problem> too_deep{};  ///< which members are nested more deeply than the limit
};

/// Takes a compact metadata object into the draft and checks its known members.
void take_metadata(event_draft& draft, std::string compact, bool has_nul);

/// Adds a member that is nested more deeply than the limit.
void report_too_deep(event_draft& draft, std::string pointer, const event_limits& limits);

/// Applies the limits and the rules of the model. The failure of a limit lists all else that is wrong, too.
decoded_event finish(event_draft draft, const decode_options& options);

}  // namespace eventmgr::codec
