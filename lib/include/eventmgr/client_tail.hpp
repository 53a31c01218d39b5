#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/time.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace eventmgr::client {

/// A place that the daemon gave as text; events after it follow.
struct resume_position {
  std::string text{};
};

struct from_now {};

/// Where a tail begins: now, a time or an offset (both inclusive), so long ago, or after a position.
using tail_start = std::variant<from_now, time_point, offset, std::chrono::milliseconds, resume_position>;

struct tail_options {
  std::vector<std::string> topics{};  ///< patterns, at least one; an event that several match comes once
  tail_start start{from_now{}};
  std::string filter{};  ///< which events of the topics pass: the text of a JSON object, sent as it is; empty: all
  bool reconnect{true};  ///< once subscribed, come back after a lost connection
  std::chrono::milliseconds first_delay{100};  ///< before the first attempt to come back; doubles, with jitter
  std::chrono::milliseconds longest_delay{5000};
  std::chrono::milliseconds silence_limit{75000};  ///< a connection that says nothing for so long is lost
};

/// The connection that events come over.
class EVENTMGR_API stream_link {
 public:
  virtual ~stream_link();

  /// Lets the daemon know that somebody is there. A handler that may take more than half a minute with one event calls
  /// it every few seconds; it says something at most every ten.
  virtual void keep_alive() = 0;
};

/// One event of a tail. Both views hold during the call only.
struct tail_event {
  std::string_view json;      ///< the event as the daemon sent it; `parse_event` reads it
  std::string_view position;  ///< where to resume after it
  stream_link& link;
};

enum class tail_step : std::uint8_t { go_on, stop };

/// What happens on a tail. Called on the thread that runs it, one call at a time.
class EVENTMGR_API tail_handler {
 public:
  virtual ~tail_handler();

  virtual tail_step on_event(const tail_event& item) = 0;

  /// Everything after `position` that matches will follow. `resumed`: this is not the first time.
  virtual void on_subscribed(std::string_view position, bool resumed);

  /// Events between the two places are no longer kept and will not come.
  virtual void on_gap(std::string_view from, std::string_view to);

  /// The connection was lost, and the next attempt is made after the delay.
  virtual void on_disconnected(const failure& why, std::chrono::milliseconds retry_in);

  /// Every event that had arrived was handed over: the moment to flush.
  virtual void on_idle();
};

}  // namespace eventmgr::client
