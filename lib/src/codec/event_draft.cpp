#include "codec/event_draft.hpp"

#include "codec/metadata.hpp"
#include "codec/problems.hpp"

#include <utility>

namespace eventmgr::codec {
namespace {

/// The failure of an event that is over a limit, which its message names; `others` are its other faults.
failure over_limit(errc code, std::vector<problem> over, std::vector<problem> others) {
  const problem& first = over.front();
  std::string message = (first.pointer.empty() ? "the event" : first.pointer) + ' ' + first.message;
  for (problem& each : others) report_problem(over, std::move(each.pointer), std::move(each.message));
  return failure{code, std::move(message), std::move(over)};
}

}  // namespace

void take_metadata(event_draft& draft, std::string compact, bool has_nul) {
  if (has_nul) report_problem(draft.problems, "/metadata", "must not hold U+0000");
  draft.expires_at = check_metadata(compact, draft.problems);
  draft.input.metadata = std::move(compact);
}

void report_too_deep(event_draft& draft, std::string pointer, const event_limits& limits) {
  report_problem(draft.too_deep, std::move(pointer),
                 "is nested too deeply: an event may be " + std::to_string(limits.max_depth) + " deep");
}

decoded_event finish(event_draft draft, const decode_options& options) {
  const std::uint64_t bytes = draft.input.payload.size() + draft.input.metadata.size();
  auto made = normalise(std::move(draft.input), draft.expires_at, options.now, draft.problems);
  std::vector<problem> over = std::move(draft.too_deep);
  const errc code = over.empty() ? errc::too_large : errc::invalid_request;
  if (bytes > options.limits.max_event_bytes) {
    report_problem(over, "",
                   "has " + std::to_string(bytes) + " bytes of payload and metadata; " +
                       std::to_string(options.limits.max_event_bytes) + " are allowed");
  }
  if (!over.empty()) return over_limit(code, std::move(over), std::move(draft.problems));
  if (!made) return invalid_event(std::move(draft.problems));
  return made;
}

}  // namespace eventmgr::codec
