#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/start_point.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr {

/// How a subscription's events leave.
enum class channel_kind : std::uint8_t {
  webhook,    ///< we post to its `http(s)://` endpoint
  websocket,  ///< we dial its `ws(s)://` endpoint
  stream,     ///< clients attach to us
  pull,       ///< clients ask for events and acknowledge them
  callback,   ///< a handler in this process
};
EVENTMGR_API std::string_view to_string(channel_kind value) noexcept;
EVENTMGR_API std::optional<channel_kind> parse_channel_kind(std::string_view text) noexcept;

enum class delivery_ordering : std::uint8_t {
  priority,  ///< four lanes, the most urgent first; within a lane by offset
  topic,     ///< by offset, one event of a topic in flight; a retry holds back the rest of its topic
  key,       ///< so for each `orderingKey`; events without one are not held back
};
EVENTMGR_API std::string_view to_string(delivery_ordering value) noexcept;
EVENTMGR_API std::optional<delivery_ordering> parse_delivery_ordering(std::string_view text) noexcept;

/// What an event looks like to a receiver.
enum class delivery_format : std::uint8_t {
  native,       ///< as `GET /events/{id}` shows it
  cloudevents,  ///< CloudEvents 1.0, structured
  legacy,       ///< {id, event_type, source_service, data, timestamp, user_id, project_id}
};
EVENTMGR_API std::string_view to_string(delivery_format value) noexcept;
EVENTMGR_API std::optional<delivery_format> parse_delivery_format(std::string_view text) noexcept;

enum class backoff_strategy : std::uint8_t { fixed, linear, exponential };
EVENTMGR_API std::string_view to_string(backoff_strategy value) noexcept;
EVENTMGR_API std::optional<backoff_strategy> parse_backoff_strategy(std::string_view text) noexcept;

/// Which attempts are kept for `attempts`: those that failed, or all.
enum class delivery_log_mode : std::uint8_t {
  failures,  ///< all but live attempts that succeed at once
  full,
};
EVENTMGR_API std::string_view to_string(delivery_log_mode value) noexcept;
EVENTMGR_API std::optional<delivery_log_mode> parse_delivery_log_mode(std::string_view text) noexcept;

/// When a failed delivery is tried again.
struct retry_policy {
  std::uint32_t max_retries{3};  ///< attempts after the first; at most 100
  backoff_strategy strategy{backoff_strategy::exponential};
  std::chrono::milliseconds initial_delay{1000};
  std::chrono::milliseconds max_delay{30000};
  bool jitter{true};  ///< the delay is drawn from its upper half

  friend bool operator==(const retry_policy&, const retry_policy&) = default;
};

/// How far a subscription may fall behind: events beyond it are skipped, oldest first, counted and reported.
struct backlog_limit {
  std::optional<std::chrono::milliseconds> age{};
  std::optional<std::uint64_t> events{};

  friend bool operator==(const backlog_limit&, const backlog_limit&) = default;
};

/// A secret that still signs next to its successor.
struct retired_secret {
  static constexpr std::chrono::hours overlap{24};  ///< how long it goes on signing

  std::string secret{};
  time_point until{};

  friend bool operator==(const retired_secret&, const retired_secret&) = default;
};

struct subscription_options {
  static constexpr std::uint32_t max_batch_size = 1000;
  static constexpr std::uint32_t max_max_concurrency = 1000;

  enum priority least_priority { priority::low };  ///< less urgent events do not match ("priority" in JSON)
  std::uint32_t batch_size{1};                     ///< the most events in one delivery; 1 to 1,000
  std::chrono::milliseconds batch_wait{0};         ///< how long a delivery waits to be full; to 60 s
  std::uint32_t max_concurrency{1};                ///< deliveries in flight; of `stream` and `pull`: events. 1 to 1,000
  delivery_ordering ordering{delivery_ordering::priority};  ///< fixed at creation
  std::chrono::milliseconds ack_timeout{30000};             ///< of a whole attempt; 100 ms to 1 h
  retry_policy retry{};
  std::optional<topic_name> dead_letter_topic{};
  std::optional<std::uint32_t> rate_limit_per_minute{};  ///< events; delays, never drops
  start_point start_from{start_now{}};                   ///< read at creation only
  bool realtime{false};                                  ///< webhook: an attached WebSocket is used while there is one
  std::string fallback_webhook{};  ///< websocket: the endpoint that is used while there is no connection
  delivery_format format{delivery_format::native};
  std::string secret{};                                        ///< "whsec_" and base64, or empty: not signed
  std::optional<retired_secret> old_secret{};                  ///< set when `secret` is changed
  std::vector<std::pair<std::string, std::string>> headers{};  ///< sent with each webhook
  bool compression{false};                                     ///< gzip for webhooks, permessage-deflate for WebSockets
  delivery_log_mode delivery_log{delivery_log_mode::failures};
  std::optional<backlog_limit> max_backlog{};

  friend bool operator==(const subscription_options&, const subscription_options&) = default;
};

/// What a durable subscription is asked to be.
struct subscription_definition {
  std::string name{};  ///< unique, 1 to 255 of `[A-Za-z0-9._-]`; empty when created: the id's text is taken
  std::vector<topic_pattern> topics{};  ///< 1 to 100; an event that several match comes once
  channel_kind channel{channel_kind::webhook};
  std::string endpoint{};  ///< of `webhook` and `websocket`
  std::string filter{};    ///< the text of a JSON object, as `subscription_request::filter`; empty: all events pass
  subscription_options options{};
  std::string description{};

  friend bool operator==(const subscription_definition&, const subscription_definition&) = default;
};

enum class subscription_status : std::uint8_t {
  active,
  paused,  ///< by an operator, or by an endpoint that answered 410
  error,   ///< it cannot go on by itself: its limit of exceptions is reached, or its endpoint is refused
};
EVENTMGR_API std::string_view to_string(subscription_status value) noexcept;

/// A durable subscription as it is kept.
struct subscription_info {
  subscription_id id{};
  subscription_definition definition{};
  subscription_status status{subscription_status::active};
  std::string status_reason{};  ///< why it is not active
  std::uint32_t generation{1};  ///< one more with each seek
  std::uint64_t revision{1};    ///< one more with each change of what decides matching
  time_point created_at{};
  time_point updated_at{};
};

/// Where a circuit breaker stands.
enum class breaker_state : std::uint8_t { closed, open, half_open };
EVENTMGR_API std::string_view to_string(breaker_state value) noexcept;

/// How a durable subscription is doing. Counters are since its generation began.
struct subscription_stats {
  std::array<std::uint64_t, 4> lag{};  ///< per lane: events on its topics between its floor and the head
  std::uint64_t in_flight{0};          ///< handed out, without an outcome
  std::uint64_t exceptions{0};         ///< waiting for a retry, or behind an event that does
  std::uint64_t matched{0};
  std::uint64_t acknowledged{0};
  std::uint64_t expired{0};
  std::uint64_t dead{0};
  std::uint64_t skipped{0};
  std::uint64_t attempts{0};         ///< since the daemon started
  std::uint64_t failed_attempts{0};  ///< since the daemon started
  double per_second{0};              ///< acknowledged, over the last seconds
  breaker_state breaker{breaker_state::closed};
  std::optional<time_point> breaker_until{};  ///< of an open breaker: when it tries again
  std::uint64_t consumers{0};                 ///< attached, or waiting in a pull
  std::optional<std::chrono::milliseconds> oldest_unsettled_age{};
  std::string idle_reason{};  ///< empty while it delivers
  std::string last_error{};   ///< of the last failed attempt
  std::optional<time_point> last_success_at{};
  std::optional<time_point> last_failure_at{};
};

struct subscription_page {
  std::vector<subscription_info> subscriptions{};
  std::uint64_t total{0};
  std::string next_cursor{};  ///< empty when there is no more
};

/// What an attempt was made for.
enum class attempt_origin : std::uint8_t {
  live,     ///< the subscription itself, retries included
  requeue,  ///< a dead letter was put in again
  replay,
};
EVENTMGR_API std::string_view to_string(attempt_origin value) noexcept;

/// One attempt to deliver an event to a subscription.
struct delivery_attempt {
  event_id event{};
  partition_id partition{};
  offset seq{};
  std::uint32_t attempt{1};  ///< from 1
  time_point at{};
  bool success{false};
  int status{0};        ///< of an HTTP answer; 0: there was none
  std::string error{};  ///< "HTTP 500", "timed out after 30 s", the handler's words; at most 1,024 bytes
  std::chrono::milliseconds duration{0};
  std::string metadata{};  ///< what the handler's result carried: the text of a JSON object, or empty; at most 4 KiB
  attempt_origin origin{attempt_origin::live};
  uuid redelivery{};  ///< the requeue plan or the replay that it was part of; nil: none, or an older release kept none

  friend bool operator==(const delivery_attempt&, const delivery_attempt&) = default;
};

struct attempt_page {
  std::vector<delivery_attempt> attempts{};  ///< the newest first
  std::string next_cursor{};
};

}  // namespace eventmgr
