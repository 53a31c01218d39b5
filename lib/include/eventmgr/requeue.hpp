#pragma once

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Names a plan by which dead letters are delivered again.
using requeue_id = typed_id<struct requeue_id_tag>;

/// Which dead letters are to be delivered again, and how. Each goes to the subscription that gave it up, the oldest
/// first, with as many attempts as the subscription's retry policy gives a new event.
struct requeue_request {
  static constexpr std::uint32_t max_canary = 1000;
  static constexpr double min_rate = 0.001;  // or 0
  static constexpr double max_rate = 1e6;

  /// Its `state`, `limit`, `cursor` and `oldest_first` are not looked at: only open ones are taken, those that failed
  /// before the plan was made.
  dead_letter_query which{};
  std::optional<std::uint64_t> limit{};  ///< at most so many, of each subscription the oldest; 1 or more
  std::string patch{};                ///< a merge patch (RFC 7396) of each payload: the text of a JSON object, or empty
  std::uint32_t canary{0};            ///< so many first; the rest only if all of these are delivered. 0: none
  double rate_per_second{0};          ///< first attempts; 0: as fast as they are taken
  std::uint64_t stop_on_failures{0};  ///< the plan stops when so many have failed for good; 0: it never does

  friend bool operator==(const requeue_request&, const requeue_request&) = default;
};

enum class requeue_status : std::uint8_t {
  running,
  completed,  ///< every dead letter that it selected was delivered, or failed again
  stopped,    ///< by a canary or too many failures; it can be resumed
  cancelled,  ///< by an operator, for good
};
EVENTMGR_API std::string_view to_string(requeue_status value) noexcept;
EVENTMGR_API std::optional<requeue_status> parse_requeue_status(std::string_view text) noexcept;

/// A plan and how far it has come. It survives restarts.
struct requeue_plan {
  requeue_id id{};
  requeue_request request{};
  requeue_status status{requeue_status::running};
  std::string status_reason{};  ///< why it was stopped
  std::uint64_t matched{0};     ///< dead letters that it selected when it was made; at most `limit`
  std::uint64_t delivered{0};   ///< these are closed
  std::uint64_t failed{0};      ///< gave up again; these stay open
  std::uint64_t skipped{0};     ///< left alone: discarded or delivered otherwise, or their subscription is gone
  time_point created_at{};
  time_point updated_at{};
};

/// What a requeue would do.
struct requeue_preview {
  std::uint64_t matched{0};
  std::optional<time_point> oldest{};  ///< `failed_at`
  std::optional<time_point> newest{};
};

struct requeue_page {
  std::vector<requeue_plan> plans{};  ///< the newest first
  std::uint64_t total{0};
  std::string next_cursor{};
};

}  // namespace eventmgr
