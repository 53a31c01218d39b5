#pragma once

#include "ports/channel.hpp"

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/start_point.hpp>
#include <eventmgr/subscription.hpp>
#include <eventmgr/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The bodies of calls on a subscription, and what is told of its deliveries. Every function here is thread-safe.
///
/// The readers fail with `malformed_json`, or with `invalid_request` and every fault, pointers from the body's root.
/// Names may be in snake_case.
namespace eventmgr::codec {

class object_writer;

enum class resume_mode : std::uint8_t { drain, skip, last };

struct resume_body {
  resume_mode mode{resume_mode::drain};
  std::uint64_t keep{0};  ///< with `last`, at least 1: its member `n`
};

/// Reads `{mode?, n?}`; an empty body is `drain`.
result<resume_body> parse_resume(std::string_view json);

/// Reads `{time}`, `{position}` or `{seq}`, exactly one of them. A time is RFC 3339, a duration back from `now`, "now"
/// or "earliest".
result<start_point> parse_seek(std::string_view json, time_point now);

struct pull_body {
  static constexpr std::uint32_t max_max = 1000;
  static constexpr std::chrono::milliseconds max_wait{60'000};

  std::uint32_t max{100};             ///< events; 1 to `max_max`
  std::chrono::milliseconds wait{0};  ///< for the first one; its member `waitMs`
};

/// Reads `{max?, waitMs?}`; an empty body asks for the defaults.
result<pull_body> parse_pull(std::string_view json);

/// What a client says of one leased event.
struct acknowledgement {
  std::string ack_id{};
  bool success{true};
  bool retry{true};
  std::string error{};     ///< cut to 1,024 bytes
  std::string metadata{};  ///< the text of a JSON object of at most 4 KiB, or empty
};

inline constexpr std::size_t max_acknowledgements = 10'000;

/// Reads `{ackIds: [...]}` or `{results: [{ackId, success?, retry?, error?, metadata?}]}`, or both; 1 to
/// `max_acknowledgements` in all.
result<std::vector<acknowledgement>> parse_acknowledgements(std::string_view json);

/// One attempt: {eventId, partition, seq, attempt, origin, planId?, replayId?, at, success, status, error, durationMs,
/// metadata?}; null for a status or error that there was none of.
std::string to_json(const delivery_attempt& attempt);

/// Writes `planId` of a requeue or `replayId` of a replay; nothing for a live attempt or the nil id.
void write_redelivery_id(object_writer& into, attempt_origin origin, const uuid& id);

/// `{attempts, nextCursor}`
std::string to_json(const attempt_page& page);

/// {id, originalEventId, subscriptionId, subscriptionName, event, failureReason, fingerprint, retryCount, attempts,
/// failedAt, state}
std::string to_json(const dead_letter& letter);

/// `{deadLetters, total, nextCursor}`
std::string to_json(const dead_letter_page& page);

/// Appends one event of a pull's answer: `{ackId, attempt, replay?, event}`; `replay` only where it is true.
void append_pulled_event(std::string& out, std::string_view ack_id, const outgoing_event& given);

}  // namespace eventmgr::codec
