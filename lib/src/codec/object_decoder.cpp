#include "codec/object_decoder.hpp"

#include "codec/cloudevent.hpp"
#include "codec/event_draft.hpp"
#include "codec/native_event.hpp"
#include "codec/problems.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::codec {
namespace {

/// Empties the list at the end, so that it does not hold on to large payloads.
class members_of_this_thread {
 public:
  members_of_this_thread() = default;
  members_of_this_thread(const members_of_this_thread&) = delete;
  members_of_this_thread& operator=(const members_of_this_thread&) = delete;
  ~members_of_this_thread() { list().clear(); }

  member_list& list() noexcept {
    thread_local member_list reused;
    return reused;
  }
};

bool has_specversion(std::span<const member> members) noexcept {
  return std::ranges::find(members, "specversion", &member::key) != members.end();
}

}  // namespace

object_outcome decode_object(simdjson::ondemand::object object, event_form form, const decode_options& options) {
  members_of_this_thread lease;
  member_list& list = lease.list();
  if (list.read(object, options.limits.max_depth) == read_outcome::malformed) return {read_outcome::malformed};
  const auto members = list.members();
  const bool cloudevent = form == event_form::cloudevent || (form == event_form::either && has_specversion(members));
  event_draft draft = cloudevent ? read_cloudevent(members) : read_native_event(members);
  if (list.too_deep()) {
    for (const member& each : members) {
      if (each.too_deep) report_too_deep(draft, pointer_to(each.key), options.limits);
    }
  }
  if (list.has_more()) report_problem(draft.problems, "", "has more than 256 members");
  return {read_outcome::complete, finish(std::move(draft), options)};
}

decoded_event decode_document(std::string_view padded_text, event_form form, const decode_options& options) {
  json_document document{padded_text};
  if (!document.is_open()) return malformed(padded_text);
  simdjson::ondemand::object object;
  if (document.root().get_object().get(object) != simdjson::SUCCESS) {
    return is_json(padded_text) ? not_an_object() : malformed(padded_text);
  }
  object_outcome outcome = decode_object(object, form, options);
  if (outcome.read == read_outcome::malformed || !document.at_end()) return malformed(padded_text);
  return std::move(outcome.decoded);
}

failure not_an_object() { return invalid_event({{"", "must be a JSON object"}}); }

}  // namespace eventmgr::codec
