#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/time.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// How recorded events are changed before they are published again.
struct replaying {
  /// Given: every UUID that names an event or a request becomes another one, the same for the same within this
  /// namespace, so that causes and requests go on to belong together.
  std::optional<uuid> remap_in{};
  std::string topic_prefix{};  ///< levels put before each topic, with slashes; empty: none
};

/// One line of a recording as an event to be published.
struct recorded_event {
  std::string input{};  ///< what the API takes
  std::optional<time_point> received{};
};

/// Reads a line of a recording: an event as the daemon shows it, or as a publisher writes it. What the daemon gives an
/// event (offset, partition, time of receipt) is left out, and so are the members of `metadata` that are as they would
/// be without it, for they may have been filled in; an expiry is moved by as much as `published` is after the time of
/// receipt. All else stays as it is spelt. Fails with `malformed_json` or `invalid_event`.
result<recorded_event> read_recorded(std::string_view line, const replaying& how, time_point published);

}  // namespace eventmgr::evctl
