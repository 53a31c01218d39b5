#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/subscription.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr {

/// A subscription that is only thought of, to be tried on history.
struct backtest_request {
  static constexpr std::chrono::hours default_reach{24};
  static constexpr std::chrono::seconds time_limit{10};

  /// An id or a name. What is not given here is taken from it, and the result is compared with its own.
  std::string against{};
  std::optional<std::vector<topic_pattern>> topics{};  ///< required without `against`
  std::optional<std::string> filter{};                 ///< the text of a JSON object; empty: everything passes
  std::optional<enum priority> least_priority{};
  std::optional<time_point> since{};  ///< inclusive; absent: `default_reach` ago
  std::optional<time_point> until{};  ///< exclusive; absent: now
};

/// Some events, and how many there are.
struct event_sample {
  static constexpr std::size_t max_samples = 10;
  static constexpr std::uint64_t max_bytes = 1ULL << 20U;  ///< of payloads and metadata; the newest is always kept

  std::uint64_t count{0};
  std::vector<event> samples{};  ///< the newest, in the order of the log
};

struct backtest_result {
  struct hour {
    time_point begin{};
    std::uint64_t count{0};
  };
  struct comparison {
    subscription_id subscription{};
    std::string name{};
    std::uint64_t matched{0};  ///< what it matches of the same stretch, as it is now
    event_sample gained{};     ///< matched by the proposed one only
    event_sample lost{};       ///< matched by the existing one only
  };

  std::uint64_t scanned{0};  ///< events of the stretch, those on other topics included
  event_sample matched{};
  bool complete{true};              ///< false: time was up before the end of the stretch
  position scanned_through{};       ///< how far it came
  std::vector<hour> per_hour{};     ///< by time, in UTC; hours without a match are left out
  std::vector<topic_name> hints{};  ///< as at the creation of a subscription
  std::optional<comparison> against{};
};

}  // namespace eventmgr
