#pragma once

#include "core/name_table.hpp"

#include <eventmgr/subscription.hpp>

#include <chrono>
#include <cstdint>

/// What a subscription's options are called, and which of them mean something to which channel. Reader and writer
/// follow it.
namespace eventmgr::codec {

enum class option : std::uint8_t {
  priority,
  batch_size,
  batch_wait,
  max_concurrency,
  ordering,
  ack_timeout,
  retry_policy,
  dead_letter_topic,
  rate_limit,
  start_from,
  realtime,
  fallback_webhook,
  format,
  secret,
  headers,
  compression,
  delivery_log,
  max_backlog,
};

inline constexpr name_table<option, 18> option_names{
    {"priority", "batchSize", "batchWaitMs", "maxConcurrency", "ordering", "ackTimeoutMs", "retryPolicy",
     "deadLetterTopic", "rateLimitPerMinute", "startFrom", "realtime", "fallbackWebhook", "format", "secret", "headers",
     "compression", "deliveryLog", "maxBacklog"}};

/// Whether an option means something to a channel: one that only says how a message is made does not where the client
/// asks for events, or where there is no message.
constexpr bool applies_to(option which, channel_kind channel) noexcept {
  switch (which) {
    case option::batch_size:
    case option::batch_wait:
      return channel != channel_kind::pull && channel != channel_kind::callback;
    case option::realtime:
    case option::format:
    case option::secret:
    case option::headers:
    case option::compression:
      return channel == channel_kind::webhook || channel == channel_kind::websocket;
    case option::fallback_webhook:
      return channel == channel_kind::websocket;
    default:
      return true;
  }
}

/// Deliveries in flight where nothing else is said: of channels whose clients take events as they can, that many.
constexpr std::uint32_t default_concurrency(channel_kind channel) noexcept {
  const bool at_will = channel == channel_kind::stream || channel == channel_kind::pull;
  return at_will ? subscription_options::max_max_concurrency : 1;
}

inline constexpr std::uint64_t most_events_per_minute = 100'000'000;
/// What every JSON reader keeps exactly.
inline constexpr std::uint64_t most_backlog_events = (std::uint64_t{1} << 53U) - 1;

/// Bounds of a retry policy, wherever it is written.
inline constexpr std::uint32_t most_retries = 100;
inline constexpr std::chrono::milliseconds longest_retry_delay = std::chrono::hours{7 * 24};

enum class retry_member : std::uint8_t { max_retries, strategy, initial_delay, max_delay, jitter };
inline constexpr name_table<retry_member, 5> retry_names{
    {"maxRetries", "backoffStrategy", "initialDelay", "maxDelay", "jitter"}};

enum class backlog_member : std::uint8_t { age, events };
inline constexpr name_table<backlog_member, 2> backlog_names{{"age", "events"}};

enum class retired_member : std::uint8_t { secret, until };
inline constexpr name_table<retired_member, 2> retired_names{{"secret", "until"}};

}  // namespace eventmgr::codec
