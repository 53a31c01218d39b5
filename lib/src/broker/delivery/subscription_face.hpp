#pragma once

#include "broker/broker.hpp"
#include "ports/channel.hpp"

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/subscription.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace eventmgr {

/// Names a durable subscription: its id's text, or its name.
using subscription_ref = std::string;

/// What `resume` does with the events that came while the subscription was paused.
struct resume_request {
  enum class mode : std::uint8_t {
    drain,  ///< delivers them
    skip,   ///< skips them
    last,   ///< skips all but the newest `keep`
  };
  mode how{mode::drain};
  std::uint64_t keep{0};
};

/// The answer to a creation.
struct created_subscription {
  subscription_info info{};
  bool created{false};              ///< false: one of that name was there, and was changed
  std::vector<topic_name> hints{};  ///< known topics that it would match if each `*` were `#`; at most 20
};

/// What is handed to a client that acknowledges by itself: over a stream, or by pull.
struct leased_event {
  std::string ack_id{};  ///< opaque
  outgoing_event event{};
  position place{};  ///< of the event
};

/// What a client says of a leased event.
struct lease_result {
  std::string ack_id{};
  bool success{true};
  bool retry{true};  ///< when not successful: false makes it a dead letter at once
  std::string error{};
  std::string metadata{};  ///< the text of a JSON object, or empty
};

/// How many of the results were taken; the rest named leases that had ended, or never were.
struct ack_summary {
  std::uint64_t accepted{0};
  std::vector<std::string> ignored{};
};

/// A client attached to a durable subscription. All members are called on the core's thread and return at once.
class consumer_sink {
 public:
  virtual ~consumer_sink() = default;

  /// It is attached, or, if it follows its subscription, attached anew. Everything up to `settled` has an outcome or an
  /// exception row, in every lane.
  virtual void attached(const subscription_info& info, const position& settled) = 0;

  /// Takes the events, or answers false when its bounded buffer is full; nothing more is offered until
  /// `consumer_handle::resume`, and these go to another consumer, or come again.
  virtual bool offer(std::span<const leased_event> events) = 0;

  /// It is detached and nothing more will come: the subscription was deleted, or the broker closes; or, `conflict`, it
  /// was moved or changed so that clients must attach again.
  virtual void ended(const failure& why) = 0;
};

/// Keeps a consumer attached; destroying it detaches it, and gives its unacknowledged events back at once. Thread-safe.
class consumer_handle {
 public:
  virtual ~consumer_handle() = default;

  /// Only leases of this consumer count; others are ignored.
  virtual void acknowledge(std::vector<lease_result> results) = 0;

  /// The sink has room again after it refused.
  virtual void resume() = 0;
};

/// What a client attaches to. If there is no subscription of that name, one with channel `stream` is made of it;
/// otherwise its topics must be the same, or empty, and what is stored counts for the rest.
struct attach_request {
  subscription_definition definition{};
  bool follow{false};  ///< attaches again by itself when the subscription was moved or changed
};

/// Durable subscriptions as transports see them. Thread-safe; answers come on the core's thread.
class subscription_face {
 public:
  virtual ~subscription_face() = default;

  /// Makes a subscription, or changes the one of that name (its place, ordering and `start_from` stay). Fails with
  /// `invalid_request` and pointers from the definition's root, `conflict` for an ordering that differs.
  virtual void create(subscription_definition definition, reply<created_subscription> done) = 0;

  /// Fails as `create` would, and changes nothing.
  virtual void check(subscription_definition definition, reply<std::monostate> done) = 0;

  /// Gives the definition as it is to `change` and takes what comes back. Keeps the place. `change` runs on the core's
  /// thread.
  using definition_change = std::function<result<subscription_definition>(const subscription_definition&)>;
  virtual void update(subscription_ref which, definition_change change, reply<subscription_info> done) = 0;

  /// By name. A page ends at `limit`, or at 8 MiB of definitions.
  virtual void list(std::string cursor, std::uint32_t limit, reply<subscription_page> done) = 0;
  virtual void find(subscription_ref which, reply<subscription_info> done) = 0;  ///< `not_found`
  virtual void remove(subscription_ref which, reply<std::monostate> done) = 0;
  virtual void pause(subscription_ref which, reply<subscription_info> done) = 0;
  virtual void resume(subscription_ref which, resume_request how, reply<subscription_info> done) = 0;

  /// Starts a new generation at `target`: everything after it that matches is delivered again.
  virtual void seek(subscription_ref which, start_point target, reply<subscription_info> done) = 0;

  /// Sends one synthetic event, of type `eventmgr.test`, to the subscription's receiver and answers what came of it;
  /// it is stored nowhere and counts for nothing. `conflict` when nobody can take it now.
  virtual void test(subscription_ref which, reply<delivery_attempt> done) = 0;

  virtual void stats(subscription_ref which, reply<subscription_stats> done) = 0;
  virtual void attempts(subscription_ref which, std::optional<event_id> event, std::string cursor, std::uint32_t limit,
                        reply<attempt_page> done) = 0;

  /// Joins the consumers of a durable subscription. What is wrong comes by `consumer_sink::ended`.
  virtual std::unique_ptr<consumer_handle> attach(attach_request request, std::shared_ptr<consumer_sink> sink) = 0;

  /// Waits up to `wait` (to 60 s) for events and answers up to `max` (to 1,000) of them; none is no failure. `conflict`
  /// for a subscription that is not of channel `pull`. A caller that is gone before the answer sets `*cancelled`.
  virtual void pull(subscription_ref which, std::uint32_t max, std::chrono::milliseconds wait,
                    std::shared_ptr<std::atomic<bool>> cancelled, reply<std::vector<leased_event>> done) = 0;

  virtual void acknowledge(subscription_ref which, std::vector<lease_result> results, reply<ack_summary> done) = 0;

  virtual void query_dead_letters(dead_letter_query query, reply<dead_letter_page> done) = 0;
  virtual void find_dead_letter(dead_letter_id id, reply<dead_letter> done) = 0;  ///< `not_found`
};

}  // namespace eventmgr
