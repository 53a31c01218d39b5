#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/topic.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr {

enum class sort_order : std::uint8_t { descending, ascending };

/// Selects stored events; every given clause must hold. Time means `received_at`.
struct event_query {
  static constexpr std::uint32_t max_limit = 1000;
  static constexpr std::uint32_t count_limit = 10000;
  /// A page with so many bytes of payload and metadata ends there, however few its events.
  static constexpr std::uint64_t max_page_bytes = 8ULL << 20U;

  std::optional<topic_pattern> topic{};
  std::optional<std::string> type{};
  std::optional<std::string> source{};
  std::optional<time_point> since{};  ///< inclusive
  std::optional<time_point> until{};  ///< exclusive
  std::optional<event_id> correlation_id{};
  std::optional<std::string> project_id{};
  std::optional<std::string> user_id{};
  std::optional<std::string> tag{};
  std::optional<enum priority> priority{};  ///< exactly this one
  std::uint32_t limit{100};                 ///< 1 to `max_limit`
  /// Events passed over first; not with `cursor`. The next page's is this plus the events that came, not plus `limit`.
  std::uint64_t skip{0};
  std::string cursor{};  ///< `next_cursor` of an earlier page of the same query
  sort_order order{sort_order::descending};
};

/// One page of history, in the order asked for: by receipt, ties by partition and offset.
struct event_page {
  std::vector<event> events{};
  std::uint64_t total{0};     ///< how many match, counted up to `event_query::count_limit`
  bool total_is_exact{true};  ///< false: at least `total`
  bool has_more{false};
  std::string next_cursor{};  ///< empty when there is no more. Stable: events stored later do not shift it
};

}  // namespace eventmgr
