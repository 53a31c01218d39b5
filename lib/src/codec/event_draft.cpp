#include "codec/event_draft.hpp"

#include "codec/metadata.hpp"
#include "codec/problems.hpp"

#include <utility>

namespace eventmgr::codec {

void take_metadata(event_draft& draft, std::string compact, bool has_nul) {
  if (has_nul) report_problem(draft.problems, "/metadata", "must not hold U+0000");
  draft.expires_at = check_metadata(compact, draft.problems);
  draft.input.metadata = std::move(compact);
}

decoded_event finish(event_draft draft, const decode_options& options) {
  const std::uint64_t bytes = draft.input.payload.size() + draft.input.metadata.size();
  if (bytes > options.limits.max_event_bytes) {
    return failure{errc::too_large, "the event has " + std::to_string(bytes) + " bytes of payload and metadata; " +
                                        std::to_string(options.limits.max_event_bytes) + " are allowed"};
  }
  auto made = normalise(std::move(draft.input), draft.expires_at, options.now, draft.problems);
  if (!made) return invalid_event(std::move(draft.problems));
  return made;
}

failure too_deep(std::string pointer, const event_limits& limits) {
  const std::string message = "is nested too deeply: an event may be " + std::to_string(limits.max_depth) + " deep";
  failure reason{errc::invalid_request, pointer + ' ' + message};
  reason.details.push_back({std::move(pointer), message});
  return reason;
}

}  // namespace eventmgr::codec
