#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/subscription.hpp>
#include <eventmgr/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Names a dead letter.
using dead_letter_id = typed_id<struct dead_letter_id_tag>;

enum class dead_letter_state : std::uint8_t {
  open,       ///< waits for an operator
  delivered,  ///< a later delivery of its event succeeded
  discarded,  ///< an operator gave it up
};
EVENTMGR_API std::string_view to_string(dead_letter_state value) noexcept;
EVENTMGR_API std::optional<dead_letter_state> parse_dead_letter_state(std::string_view text) noexcept;

/// An event that one subscription gave up on. There is one for each event and subscription, however often it fails.
struct dead_letter {
  dead_letter_id id{};
  subscription_id subscription{};
  std::string subscription_name{};  ///< as it was then
  event record{};
  std::string reason{};
  std::string fingerprint{};                 ///< the same for all that failed alike
  std::uint32_t retry_count{0};              ///< attempts minus one
  std::vector<delivery_attempt> attempts{};  ///< the oldest first
  time_point failed_at{};
  dead_letter_state state{dead_letter_state::open};
};

/// Selects dead letters; every given clause must hold. Time means `failed_at`.
struct dead_letter_query {
  static constexpr std::uint32_t max_limit = 1000;
  static constexpr std::size_t max_ids = 1000;

  std::vector<dead_letter_id> ids{};                                ///< one of these; empty: any
  std::optional<dead_letter_state> state{dead_letter_state::open};  ///< absent: any
  std::optional<std::string> subscription{};                        ///< an id or a name
  std::optional<topic_pattern> topic{};
  std::optional<std::string> type{};
  std::optional<std::string> reason{};  ///< a part of the reason, in any case
  std::optional<std::string> fingerprint{};
  std::optional<time_point> since{};  ///< inclusive
  std::optional<time_point> until{};  ///< exclusive
  bool oldest_first{false};
  std::uint32_t limit{100};  ///< 1 to `max_limit`
  std::string cursor{};      ///< `next_cursor` of an earlier page of the same query

  friend bool operator==(const dead_letter_query&, const dead_letter_query&) = default;
};

/// The newest first, unless the query asks for the oldest.
struct dead_letter_page {
  std::vector<dead_letter> dead_letters{};
  std::uint64_t total{0};     ///< when the first page was read
  std::string next_cursor{};  ///< empty when there is no more
};

/// Dead letters that failed alike.
struct dead_letter_group {
  static constexpr std::size_t max_names = 10;

  struct part {
    std::string name{};
    std::uint64_t count{0};
  };
  std::string fingerprint{};  ///< 16 hexadecimal digits
  std::string reason{};       ///< what the reasons have in common: ids, numbers, times and addresses are replaced
  std::string example{};      ///< the reason of the newest
  dead_letter_id newest_id{};
  std::uint64_t count{0};
  time_point oldest{};  ///< `failed_at`
  time_point newest{};
  std::vector<part> subscriptions{};  ///< the most frequent first, at most `max_names`
  std::vector<part> topics{};         ///< so
};

struct dead_letter_summary {
  static constexpr std::size_t max_groups = 1000;

  std::uint64_t total{0};
  std::vector<dead_letter_group> groups{};  ///< the largest first, at most `max_groups`
};

}  // namespace eventmgr
