#pragma once

#include <eventmgr/client_tail.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::client {

/// A durable subscription to attach to. If there is none of that name, one of channel `stream` is made of what is given
/// here; otherwise it is used as it is, and `start`, `filter` and `options` have no effect.
struct consume_options {
  std::string name{};
  std::vector<std::string> topics{};  ///< patterns; may be empty where the subscription exists, else must be the same
  tail_start start{from_now{}};
  std::string filter{};   ///< the text of a JSON object; empty: all events of the topics
  std::string options{};  ///< of the subscription, as {"maxConcurrency":1}: the text of a JSON object, or empty

  /// So many acknowledgements are said together at most, unless there is nothing more to handle; 1 says each at once.
  std::size_t acknowledge_together{100};

  bool reconnect{true};                        ///< once attached, come back after a lost connection
  std::chrono::milliseconds first_delay{100};  ///< before the first attempt to come back; doubles, with jitter
  std::chrono::milliseconds longest_delay{5000};
  std::chrono::milliseconds silence_limit{75000};  ///< a connection that says nothing for so long is lost
};

/// One event handed to this consumer. Views hold during the call only.
struct consumed_event {
  std::string_view json;      ///< the event as the daemon sent it; `parse_event` reads it
  std::string_view position;  ///< its place in the log
  std::uint32_t attempt{1};   ///< from 1
};

/// What becomes of a consumed event.
struct verdict {
  enum class outcome : std::uint8_t {
    acknowledge,  ///< done with
    retry,        ///< failed; comes again as the subscription's retry policy says
    give_up,      ///< failed for good: a dead letter at once
    leave,        ///< nothing is said of it; it is given back when this consumer goes, and no attempt is counted
  };
  outcome what{outcome::acknowledge};
  std::string error{};  ///< of `retry` and `give_up`: why
  tail_step then{tail_step::go_on};
};

/// What happens to a consumer of a durable subscription. Called on the thread that runs it, one call at a time.
class EVENTMGR_API consumer_handler {
 public:
  virtual ~consumer_handler();

  /// An event that is not acknowledged in the subscription's time is given to this or another consumer again. What this
  /// throws ends the consumer, and the event is given back.
  virtual verdict on_event(const consumed_event& item, stream_link& link) = 0;

  /// Called before acknowledgements are said: what was done with those events must last from here on. What this throws
  /// ends the consumer, and they are given back.
  virtual void before_acknowledging();

  /// It is attached. `resumed`: this is not the first time.
  virtual void on_attached(bool resumed);

  /// The connection was lost, and the next attempt is made after the delay.
  virtual void on_disconnected(const failure& why, std::chrono::milliseconds retry_in);
};

}  // namespace eventmgr::client
