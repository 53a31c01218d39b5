#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/explanation.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/subscription.hpp>
#include <eventmgr/time.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// How an event of a trace is related to the one that was asked for.
enum class trace_relation : std::uint8_t {
  self,
  ancestor,    ///< it caused the event, or what caused it
  descendant,  ///< the event caused it, or what the event caused did
  correlated,  ///< it has the same correlation id, and is neither
};
EVENTMGR_API std::string_view to_string(trace_relation value) noexcept;

struct traced_event {
  event record{};  ///< without payload and metadata
  trace_relation relation{trace_relation::self};
  std::uint32_t depth{0};  ///< causes above it that are part of the trace
  /// From receipt of its cause to its own, where the cause is part of the trace.
  std::optional<std::chrono::milliseconds> since_cause{};
  std::vector<event_delivery> deliveries{};
  bool deliveries_known{true};  ///< false: the trace has too many events to look at the deliveries of this one
};

/// Something that happened.
struct trace_entry {
  enum class kind : std::uint8_t {
    received,
    attempt,      ///< of a delivery; `at` is when it began
    dead_letter,  ///< a subscription gave the event up
    delivered,    ///< by an attempt that was not logged; `at` is when it was acknowledged, if that is remembered
    discarded,    ///< the dead letter was; `timed` is false
    requeue,      ///< of the dead letter; `at` is when it was asked for
    replay,       ///< the same
  };

  kind what{kind::received};
  time_point at{};                           ///< if it is not `timed`, the latest time that it is known to come after
  bool timed{true};                          ///< false: when it happened is not kept; `latency` is absent then
  std::string time_not_kept{};               ///< why, where it is not `timed`
  std::chrono::milliseconds since_start{0};  ///< of the trace
  /// Of `received`: since its cause was. Of others: since the event was received.
  std::optional<std::chrono::milliseconds> latency{};
  event_id event{};
  subscription_id subscription{};  ///< nil for `received`
  std::string subscription_name{};
  /// Of an attempt, from 1; of what was delivered: which one did, 0 if that is not known; of a dead letter: how many
  /// there were.
  std::uint32_t attempt{0};
  attempt_origin origin{attempt_origin::live};  ///< of an attempt
  uuid redelivery{};                            ///< of an attempt: as `delivery_attempt::redelivery`
  bool success{false};                          ///< of an attempt
  std::string error{};                          ///< of what failed
  std::chrono::milliseconds duration{0};        ///< of an attempt; of what was delivered: of the one that did
  std::optional<redelivery_note> again{};       ///< of a requeue or a replay
};
EVENTMGR_API std::string_view to_string(trace_entry::kind value) noexcept;

/// The story of an event: what caused it, what it caused, and what became of each of them.
struct event_trace {
  static constexpr std::size_t max_ancestors = 100;
  static constexpr std::size_t max_descendants = 1000;
  static constexpr std::size_t max_events = 1000;      ///< of one correlation id
  static constexpr std::size_t max_looked_into = 200;  ///< events whose deliveries are shown
  static constexpr std::size_t max_attempts = 5000;    ///< of all deliveries together, of the nearest events first
  static constexpr std::size_t max_entries = 5000;     ///< of the timeline

  event_id event{};
  std::vector<traced_event> events{};   ///< as a tree: each cause before what it caused, those of one cause by time
  std::vector<trace_entry> timeline{};  ///< by time
  std::vector<std::string> limits{};    ///< what was left out, in words; empty: nothing
};

}  // namespace eventmgr
