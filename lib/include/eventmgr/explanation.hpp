#pragma once

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/event.hpp>
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

/// What a durable subscription has done with an event, or is about to do.
enum class delivery_fate : std::uint8_t {
  unmatched,     ///< it is not for this subscription
  expected,      ///< it is not published; if it were, it would be delivered
  scheduled,     ///< it is published when it is due, and would be delivered then
  waiting,       ///< in its lane, or in the store behind it
  in_flight,     ///< handed out, and not answered yet
  retrying,      ///< an attempt has failed, the next is due
  held_back,     ///< behind another event of its topic or key that is tried again
  dead_letter,   ///< given up
  acknowledged,  ///< delivered
  expired,       ///< its time had passed before it was delivered
  skipped,       ///< by an operator, or by the limit of the backlog
  settled,       ///< it has an outcome, but which one is not kept: `detail` says what it can be
};
EVENTMGR_API std::string_view to_string(delivery_fate value) noexcept;

/// The dead letter that an event became.
struct dead_letter_note {
  dead_letter_id id{};
  dead_letter_state state{dead_letter_state::open};
  std::string reason{};
  std::uint32_t attempts{0};
  time_point failed_at{};
};

/// A requeue of an event's dead letter, or a replay of the event, to one subscription.
struct redelivery_note {
  enum class outcome : std::uint8_t {
    pending,    ///< it has yet to be delivered: none of its attempts was made, or the next is due
    delivered,  ///< one of its attempts succeeded
    failed,     ///< the event was given up once more
    ended,      ///< its plan or replay was stopped or cancelled first, or the dead letter closed by others
  };

  attempt_origin origin{attempt_origin::requeue};  ///< `requeue` or `replay`
  uuid id{};                             ///< of the requeue plan or the replay; nil: an older release kept none
  std::optional<time_point> asked_at{};  ///< absent with the id
  // Of a requeue, while its plan is kept:
  std::optional<bool> single{};          ///< the plan names this dead letter alone
  std::optional<bool> edited{};          ///< the payload was patched
  std::optional<time_point> begun_at{};  ///< of its first attempt
  std::optional<time_point> ended_at{};  ///< of the attempt that succeeded, or else the last one: when it was over
  std::uint32_t attempts{0};             ///< as far as they are kept
  outcome what{outcome::pending};
  std::string error{};  ///< of the last attempt, if that failed
};
EVENTMGR_API std::string_view to_string(redelivery_note::outcome value) noexcept;

/// One event and one durable subscription.
struct event_delivery {
  static constexpr std::size_t max_attempts = 100;

  subscription_id subscription{};
  std::string name{};
  bool deleted{false};  ///< the subscription is gone; this is what its dead letter tells
  delivery_fate state{delivery_fate::unmatched};
  std::string detail{};                   ///< what there is to say beyond the members below, or empty
  std::uint32_t attempts{0};              ///< made so far, as far as they are known
  std::optional<time_point> due{};        ///< of the next attempt; of a scheduled event: when it is published
  std::optional<enum priority> lane{};    ///< of one that waits
  std::optional<std::uint64_t> before{};  ///< of one that waits: events in front of it in its lane, where that is known
  std::string ordering{};                 ///< the topic or key behind which it is held back
  std::string last_error{};               ///< of the last attempt that failed
  std::optional<dead_letter_note> dead{};  ///< also where it was delivered since
  /// When a delivery succeeded: where the attempt was logged, or is remembered as one of the newest.
  std::optional<time_point> acknowledged_at{};
  std::uint32_t acknowledging_attempt{0};           ///< of `acknowledged_at`: which it was
  std::chrono::milliseconds acknowledging_time{0};  ///< how long that attempt took
  bool acknowledgement_logged{false};               ///< false: it is not in the log, but remembered
  std::string time_not_kept{};  ///< of one that was delivered without `acknowledged_at`: why that is not known
  std::vector<redelivery_note> redeliveries{};  ///< requeues and replays, in the order in which they were asked for
  std::vector<delivery_attempt> log{};          ///< attempts that are kept, the oldest first, at most `max_attempts`
  bool log_complete{true};                      ///< false: there were older ones that are kept as well

  /// Whether the subscriber has it: true, false (not now, or never), or nullopt where that is not known.
  EVENTMGR_API std::optional<bool> delivered() const noexcept;
};

/// What an event has to pass on its way to a subscriber, in this order.
enum class delivery_stage : std::uint8_t {
  origin,      ///< published after the subscription, or its generation, began
  pattern,     ///< one of the subscription's patterns matches its topic
  priority,    ///< at least as urgent as the subscription asks
  filter,      ///< passes the filter
  permission,  ///< the subscriber may have it
  expiry,      ///< not expired
  pause,       ///< the subscription delivers
  breaker,     ///< the endpoint's circuit breaker lets it through
  rate_limit,  ///< so does the rate limit
  consumer,    ///< somebody is there to take it
};
EVENTMGR_API std::string_view to_string(delivery_stage value) noexcept;

enum class stage_verdict : std::uint8_t {
  passed,
  refused,  ///< the event is not delivered for this reason
  holds,    ///< it waits for this to change
};
EVENTMGR_API std::string_view to_string(stage_verdict value) noexcept;

struct explained_stage {
  delivery_stage stage{};
  stage_verdict verdict{stage_verdict::passed};
  std::string detail{};
  // Of a filter that refuses the event:
  std::string clause{};  ///< as the filter spells it, "payload"
  std::string path{};    ///< of `payload` and `metadata`
  std::string wanted{};  ///< JSON
  std::string found{};   ///< JSON; empty: nothing was there
};

/// Why one subscription does or does not get an event.
struct subscription_explanation {
  event_delivery delivery{};
  bool matches{false};  ///< it is, or would be, for this subscription
  std::vector<explained_stage> stages{};
};

struct event_explanation {
  event record{};
  bool published{true};                                   ///< false: it is scheduled, or was only asked about
  std::optional<time_point> scheduled_for{};              ///< of an event that is on the schedule
  std::vector<subscription_explanation> subscriptions{};  ///< by name
  std::uint64_t total{0};                                 ///< durable subscriptions that there are
  std::string next_cursor{};                              ///< empty when there is no more
};

/// What the subscriptions did with one event; those that it is not for are left out.
struct delivery_page {
  event_id event{};
  std::vector<event_delivery> deliveries{};  ///< by the subscription's name
  std::string next_cursor{};                 ///< empty when there is no more
};

}  // namespace eventmgr
