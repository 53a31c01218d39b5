#pragma once

#include <eventmgr/id.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

/// What a receiver says of one event.
struct handler_verdict {
  bool success{true};
  bool retry{true};        ///< when not successful: false makes it a dead letter at once
  std::string error{};     ///< when not successful: its words, at most 1,024 bytes, or empty
  std::string metadata{};  ///< the text of a JSON object of at most 4 KiB, or empty

  friend bool operator==(const handler_verdict&, const handler_verdict&) = default;
};

/// More than this of an answer is no handler result.
inline constexpr std::size_t max_handler_result_bytes = 64U << 10U;

/// Reads the body of a 2xx answer, whatever its media type, as the handler result `{success, error?, retry?,
/// metadata?}` or, for several events, `{success?, results: [{eventId, success, ...}]}`: a verdict for each of
/// `events`, in their order. An event that is not listed takes what the top level says, success by default; of several
/// results for one event a failure counts. A body that is anything else, however hostile, is success for all. Members
/// may be in snake_case. An `error` that is no string is kept as its `message`, or as its JSON. Thread-safe.
std::vector<handler_verdict> parse_handler_results(std::string_view body, std::span<const event_id> events);

}  // namespace eventmgr::codec
