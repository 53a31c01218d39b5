#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/subscription.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Names one handing-out of one event; never used twice by a subscription while the daemon runs.
using delivery_tag = std::uint64_t;

/// An event on its way to a receiver.
struct outgoing_event {
  delivery_tag tag{0};
  std::shared_ptr<const event> record{};
  std::shared_ptr<const std::string> json{};  ///< `to_json(*record)`, rendered once for all subscribers
  std::uint32_t attempt{1};                   ///< from 1
  bool replay{false};
};

/// What came of one event of a delivery.
struct delivery_result {
  enum class verdict : std::uint8_t {
    success,
    retry,    ///< failed: try again as the policy says
    reject,   ///< failed: the receiver never wants it again, a dead letter at once
    release,  ///< it never got there: give it back at once; spends no attempt
    gone,     ///< the endpoint answered 410: pause the subscription; spends no attempt
  };

  delivery_tag tag{0};
  verdict outcome{verdict::success};
  /// The receiver could not be reached, did not answer in time, or answered 5xx: counts for the circuit breaker.
  bool endpoint_failed{false};
  int status{0};                             ///< of an HTTP answer; 0: there was none
  std::string error{};                       ///< as `delivery_attempt::error`
  std::string metadata{};                    ///< as `delivery_attempt::metadata`
  std::chrono::milliseconds retry_after{0};  ///< the receiver asks for this delay; 0: it does not
  time_point at{};                           ///< when the attempt began
  std::chrono::milliseconds duration{0};
};

/// Hears what comes of deliveries. Called on the core's thread, and never from inside a call of the channel's.
class channel_observer {
 public:
  virtual ~channel_observer() = default;

  /// Results of one delivery, or of a part of it. Each tag is settled once; others are passed over.
  virtual void settled(std::span<const delivery_result> results) = 0;

  /// `capacity` may have grown.
  virtual void ready() = 0;
};

/// How a subscription's events leave. Members are called on the core's thread and return at once; connections, DNS and
/// TLS live on threads of the channel's own.
class channel {
 public:
  virtual ~channel() = default;

  /// How many more deliveries it takes now; the broker's own limit on concurrency is counted apart.
  virtual std::size_t capacity() const = 0;

  /// Sends up to `batch_size` events as one delivery. Every tag is settled later, at the latest when the subscription's
  /// `ack_timeout` is over.
  virtual void send(std::vector<outgoing_event> batch) = 0;

  /// The scheme, host and port to which the next delivery would go, as "https://host:443": each has a circuit breaker.
  /// Empty: none. It changes where there is more than one path.
  virtual std::string_view origin() const = 0;

  /// Why nothing can be sent at present ("no consumer attached"), or empty.
  virtual std::string trouble() const { return {}; }

  /// Ends what is under way: nothing is settled any more. The observer is not called after this returns.
  virtual void close() = 0;
};

/// Makes the channels that lead out of the daemon. Thread-safe.
class channel_factory {
 public:
  virtual ~channel_factory() = default;

  /// Whether events may be sent to the endpoints of a definition: their form, and the addresses that their names now
  /// resolve to. `done` is called once, on the core's thread. Fails with `invalid_request`, pointers from the
  /// definition's root ("/endpoint", "/options/fallbackWebhook"). A name that does not resolve now is no failure.
  virtual void check(const subscription_definition& definition, std::function<void(result<void>)> done) = 0;

  /// A channel for an endpoint that was checked. `observer` is called until `close`. Of kinds `webhook` and
  /// `websocket`.
  virtual std::unique_ptr<channel> make(subscription_id id, const subscription_definition& definition,
                                        channel_observer& observer) = 0;
};

}  // namespace eventmgr
