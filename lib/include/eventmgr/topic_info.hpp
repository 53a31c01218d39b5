#pragma once

#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr {

/// What an operator says of a topic.
struct topic_declaration {
  topic_name topic{};
  std::string description{};  ///< at most 4,096 bytes

  friend bool operator==(const topic_declaration&, const topic_declaration&) = default;
};

/// A topic that was declared, published to, or both.
struct topic_info {
  topic_name topic{};
  bool declared{false};
  std::string description{};
  std::uint64_t event_count{0};
  std::uint64_t subscriber_count{0};       ///< subscriptions whose pattern matches it now
  std::optional<time_point> last_event{};  ///< `received_at` of the newest event
  std::optional<time_point> declared_at{};

  friend bool operator==(const topic_info&, const topic_info&) = default;
};

/// One page of topics, by name.
struct topic_page {
  std::vector<topic_info> topics{};
  std::uint64_t total{0};
  std::string next_cursor{};  ///< empty when there is no more
};

}  // namespace eventmgr
