#include "core/name_table.hpp"

#include <eventmgr/subscription.hpp>

namespace eventmgr {
namespace {

constexpr name_table<channel_kind, 5> channel_names{{"webhook", "websocket", "stream", "pull", "callback"}};
constexpr name_table<delivery_ordering, 3> ordering_names{{"priority", "topic", "key"}};
constexpr name_table<delivery_format, 3> format_names{{"native", "cloudevents", "legacy"}};
constexpr name_table<backoff_strategy, 3> strategy_names{{"fixed", "linear", "exponential"}};
constexpr name_table<delivery_log_mode, 2> log_mode_names{{"failures", "full"}};
constexpr name_table<subscription_status, 3> status_names{{"active", "paused", "error"}};
constexpr name_table<breaker_state, 3> breaker_names{{"closed", "open", "half-open"}};
constexpr name_table<attempt_origin, 3> origin_names{{"live", "requeue", "replay"}};

}  // namespace

std::string_view to_string(channel_kind value) noexcept { return channel_names.name_of(value); }
std::optional<channel_kind> parse_channel_kind(std::string_view text) noexcept { return channel_names.find(text); }

std::string_view to_string(delivery_ordering value) noexcept { return ordering_names.name_of(value); }
std::optional<delivery_ordering> parse_delivery_ordering(std::string_view text) noexcept {
  return ordering_names.find(text);
}

std::string_view to_string(delivery_format value) noexcept { return format_names.name_of(value); }
std::optional<delivery_format> parse_delivery_format(std::string_view text) noexcept { return format_names.find(text); }

std::string_view to_string(backoff_strategy value) noexcept { return strategy_names.name_of(value); }
std::optional<backoff_strategy> parse_backoff_strategy(std::string_view text) noexcept {
  return strategy_names.find(text);
}

std::string_view to_string(delivery_log_mode value) noexcept { return log_mode_names.name_of(value); }
std::optional<delivery_log_mode> parse_delivery_log_mode(std::string_view text) noexcept {
  return log_mode_names.find(text);
}

std::string_view to_string(subscription_status value) noexcept { return status_names.name_of(value); }

std::string_view to_string(breaker_state value) noexcept { return breaker_names.name_of(value); }

std::string_view to_string(attempt_origin value) noexcept { return origin_names.name_of(value); }

}  // namespace eventmgr
