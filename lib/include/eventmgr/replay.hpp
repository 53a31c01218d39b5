#pragma once

#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/start_point.hpp>
#include <eventmgr/subscription.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Names a replay.
using replay_id = typed_id<struct replay_id_tag>;

/// A stretch of the log that is to be delivered once more. Floors and the ledger of the subscriptions stay as they are.
struct replay_request {
  static constexpr std::size_t max_subscriptions = 1000;
  static constexpr double min_speed = 0.001;  // or 0
  static constexpr double max_speed = 1e6;

  start_point from{start_earliest{}};        ///< a time and an offset are inclusive, a position is exclusive
  start_point to{start_now{}};               ///< exclusive; of a position: inclusive. Now: the head as it is
  std::vector<topic_pattern> topics{};       ///< empty: all
  std::string filter{};                      ///< as `subscription_request::filter`
  std::vector<std::string> subscriptions{};  ///< ids or names; empty: every durable one, as they are now
  double speed{0};  ///< 1: at the pace at which the events came, 2: twice that; 0: as fast as they are acknowledged

  friend bool operator==(const replay_request&, const replay_request&) = default;
};

enum class replay_status : std::uint8_t {
  started,  ///< it counts what there is to replay
  running,
  completed,  ///< each event was acknowledged by, or became a dead letter of, every subscription that it was for
  cancelled,  ///< by an operator
  failed,     ///< none of its subscriptions is left
};
EVENTMGR_API std::string_view to_string(replay_status value) noexcept;
EVENTMGR_API std::optional<replay_status> parse_replay_status(std::string_view text) noexcept;

/// One subscription of a replay.
struct replay_target {
  subscription_id id{};
  std::string name{};
  std::uint64_t delivered{0};
  std::uint64_t failed{0};  ///< became, or stayed, dead letters
  bool done{false};
};

/// A replay and how far it has come. It survives restarts; what was acknowledged last may then come once more.
struct replay_info {
  replay_id id{};
  replay_request request{};
  replay_status status{replay_status::started};
  std::string status_reason{};
  std::uint64_t events_to_replay{0};  ///< events that at least one of its subscriptions is to get
  std::uint64_t events_replayed{0};   ///< of these, those that every subscription has done with
  std::vector<replay_target> targets{};
  std::optional<std::chrono::milliseconds> estimated_duration{};  ///< of the rest, by the pace so far
  time_point created_at{};
  time_point updated_at{};
};

/// What a replay would do.
struct replay_preview {
  struct target {
    subscription_id id{};
    std::string name{};
    std::uint64_t events{0};
  };
  std::uint64_t events_to_replay{0};
  std::vector<target> targets{};
  std::chrono::milliseconds original_duration{0};  ///< between receipt of the first and the last
};

struct replay_page {
  std::vector<replay_info> replays{};  ///< the newest first
  std::uint64_t total{0};
  std::string next_cursor{};
};

}  // namespace eventmgr
