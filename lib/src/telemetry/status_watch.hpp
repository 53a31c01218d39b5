#pragma once

#include <eventmgr/health.hpp>
#include <eventmgr/subscription.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace eventmgr::telemetry {

/// A change that a log should tell.
struct status_note {
  enum class weight : std::uint8_t { info, warning, error };

  weight how{weight::info};
  std::string text{};

  friend bool operator==(const status_note&, const status_note&) = default;
};

/// Compares how a daemon is doing with how it was at the last look, and says what has changed: a state when it begins
/// and when it ends; what comes again and again, as refused requests, when it begins and once it has been away for
/// `calm`. So a log stays short whatever happens. Used on one thread.
class status_watch {
 public:
  using steady_time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds calm{60};

  /// `accepts_failed`: connections that could not be taken so far.
  std::vector<status_note> look(const health_report& health, const metrics_report& metrics,
                                std::uint64_t accepts_failed, steady_time now);

  /// Looks at all durable subscriptions; of those seen first, what is not active is a change.
  std::vector<status_note> look(std::span<const subscription_info> all);

 private:
  /// Something that is counted, in the periods in which it happens.
  struct episode {
    std::uint64_t seen{0};
    std::uint64_t began_at{0};
    steady_time last{};
    bool open{false};
  };

  void look_at_store(const health_report& health, std::vector<status_note>& notes);
  void look_at_breakers(const std::vector<breaker_report>& all, std::vector<status_note>& notes);
  static void follow(episode& one, std::uint64_t count, steady_time now, const char* what,
                     std::vector<status_note>& notes);

  std::map<std::string, health_state> dependencies_;
  std::map<std::string, bool> open_breakers_;
  std::map<subscription_id, subscription_status> subscriptions_;
  episode refused_;
  episode unaccepted_;
};

}  // namespace eventmgr::telemetry
