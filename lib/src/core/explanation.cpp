#include "core/name_table.hpp"

#include <eventmgr/delivery_report.hpp>
#include <eventmgr/explanation.hpp>
#include <eventmgr/trace.hpp>

namespace eventmgr {
namespace {

constexpr name_table<delivery_fate, 12> state_names{{"unmatched", "expected", "scheduled", "waiting", "inFlight",
                                                     "retrying", "heldBack", "deadLetter", "acknowledged", "expired",
                                                     "skipped", "settled"}};
constexpr name_table<delivery_stage, 10> stage_names{
    {"origin", "pattern", "priority", "filter", "permission", "expiry", "pause", "breaker", "rateLimit", "consumer"}};
constexpr name_table<stage_verdict, 3> verdict_names{{"passed", "refused", "holds"}};
constexpr name_table<trace_relation, 4> relation_names{{"self", "ancestor", "descendant", "correlated"}};
constexpr name_table<trace_entry::kind, 7> entry_names{
    {"received", "attempt", "deadLetter", "delivered", "discarded", "requeue", "replay"}};
constexpr name_table<redelivery_note::outcome, 4> redelivery_names{{"pending", "delivered", "failed", "ended"}};
constexpr name_table<delivery_report::outcome, 5> outcome_names{{"pending", "delivered", "dead", "expired", "skipped"}};

}  // namespace

std::string_view to_string(delivery_fate value) noexcept { return state_names.name_of(value); }
std::string_view to_string(delivery_stage value) noexcept { return stage_names.name_of(value); }
std::string_view to_string(stage_verdict value) noexcept { return verdict_names.name_of(value); }
std::string_view to_string(redelivery_note::outcome value) noexcept { return redelivery_names.name_of(value); }
std::string_view to_string(trace_relation value) noexcept { return relation_names.name_of(value); }
std::string_view to_string(trace_entry::kind value) noexcept { return entry_names.name_of(value); }

std::string_view to_string(delivery_report::outcome value) noexcept { return outcome_names.name_of(value); }
std::optional<delivery_report::outcome> parse_delivery_outcome(std::string_view text) noexcept {
  return outcome_names.find(text);
}

std::optional<bool> event_delivery::delivered() const noexcept {
  switch (state) {
    case delivery_fate::acknowledged:
      return true;
    case delivery_fate::expected:
    case delivery_fate::settled:
      return std::nullopt;
    case delivery_fate::dead_letter:
      return dead && dead->state == dead_letter_state::delivered;
    default:
      return false;
  }
}

}  // namespace eventmgr
