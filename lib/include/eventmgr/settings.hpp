#pragma once

#include <eventmgr/subscription.hpp>
#include <eventmgr/topic_info.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr {

/// Everything that can be configured, with the defaults in force. Sizes are bytes.
struct settings {
  struct database_settings {
    std::string url{"sqlite:"};  ///< `sqlite:` is `events.db` in the data directory, `sqlite:PATH` another file
    std::chrono::milliseconds query_timeout{5000};
  };
  struct queue_settings {
    std::uint64_t max_size{10000};          ///< events waiting for a commit, and events in the tail ring
    std::uint64_t max_bytes{64ULL << 20U};  ///< of either
    std::uint32_t batch_size{100};          ///< events read from the store at once
  };
  struct limit_settings {
    std::uint64_t max_event_bytes{1ULL << 20U};  ///< payload and metadata as stored
    std::uint64_t max_body_bytes{8ULL << 20U};
    std::uint32_t max_batch{1000};
    std::uint32_t max_depth{64};  ///< of nested JSON
    std::uint32_t max_connections{10000};
  };
  struct metrics_settings {
    bool enabled{true};
    std::uint16_t port{9090};  ///< 0: a free one
  };
  struct security_settings {
    bool insecure{false};  ///< allow listening beyond loopback without authentication
  };
  struct cors_settings {
    std::vector<std::string> allowed_origins{};  ///< exact origins, or "*"; empty: no cross-origin access
  };

  std::string host{"127.0.0.1"};
  std::uint16_t port{3004};  ///< 0: a free one
  std::uint32_t threads{1};  ///< I/O threads; the first also runs the core
  std::string data_dir{};    ///< empty: the systemd state directory, else `$XDG_STATE_HOME/eventmgr`
  database_settings database{};
  queue_settings queue{};
  limit_settings limits{};
  metrics_settings metrics{};
  security_settings security{};
  cors_settings cors{};
  retry_policy retry{};  ///< of subscriptions that say nothing else
  std::vector<topic_declaration> topics{};
  std::vector<subscription_definition> subscriptions{};  ///< declared at start; each has a name of its own
};

}  // namespace eventmgr
