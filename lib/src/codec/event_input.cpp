#include "codec/event_input.hpp"

#include "codec/event_draft.hpp"
#include "codec/json_compact.hpp"
#include "codec/problems.hpp"

#include <simdjson.h>

#include <utility>

namespace eventmgr::codec {
namespace {

/// The compact form of an object in `text`. On `malformed` it is no object.
json_report read_object(std::string_view text, std::uint32_t max_depth, std::string& compact) {
  if (!simdjson::validate_utf8(text)) return {json_fault::malformed};
  json_report report = append_compact(compact, text, max_depth);
  if (report.fault == json_fault::none && compact.front() != '{') report.fault = json_fault::malformed;
  return report;
}

}  // namespace

decoded_event normalise_input(event_in&& input, const decode_options& options) {
  const std::uint32_t max_depth = options.limits.max_depth - 1;
  event_draft draft;

  std::string payload;
  const json_report of_payload = read_object(input.payload, max_depth, payload);
  if (of_payload.fault == json_fault::too_deep) report_too_deep(draft, "/payload", options.limits);
  if (of_payload.fault == json_fault::malformed) {
    report_problem(draft.problems, "/payload", "must be a JSON object");
  }

  std::string metadata;
  const bool has_metadata = !input.metadata.empty();
  const json_report of_metadata = has_metadata ? read_object(input.metadata, max_depth, metadata) : json_report{};
  if (of_metadata.fault == json_fault::too_deep) report_too_deep(draft, "/metadata", options.limits);
  if (of_metadata.fault == json_fault::malformed) {
    report_problem(draft.problems, "/metadata", "must be a JSON object");
  }

  draft.input = std::move(input);
  draft.input.payload = std::move(payload);
  draft.input.metadata.clear();
  if (has_metadata && of_metadata.fault == json_fault::none) {
    take_metadata(draft, std::move(metadata), of_metadata.has_nul);
  }
  return finish(std::move(draft), options);
}

}  // namespace eventmgr::codec
