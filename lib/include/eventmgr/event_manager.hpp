#pragma once

#include <eventmgr/dead_letter.hpp>
#include <eventmgr/delivery_report.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/health.hpp>
#include <eventmgr/position.hpp>
#include <eventmgr/proof.hpp>
#include <eventmgr/query.hpp>
#include <eventmgr/replay.hpp>
#include <eventmgr/requeue.hpp>
#include <eventmgr/settings.hpp>
#include <eventmgr/start_point.hpp>
#include <eventmgr/subscription.hpp>
#include <eventmgr/topic_info.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eventmgr {

/// What a publisher is told of a stored event.
struct publish_receipt {
  event_id id{};
  topic_name topic{};
  partition_id partition{};
  offset seq{};
  bool duplicate{false};  ///< the id was stored before; the rest is the first one's answer
  bool scheduled{false};  ///< it is published when it is due, and has no place until then
};

/// What a publisher is told that waits for deliveries.
struct delivery_receipt {
  publish_receipt stored{};
  bool waited{false};  ///< false: it is scheduled, or it is a duplicate of which nothing could be found out
  std::vector<delivery_report> deliveries{};  ///< by the subscription's name; at most 1,000
  std::uint64_t matched{0};                   ///< durable subscriptions that the event is for
  std::uint64_t delivered{0};                 ///< of these: that have it
};

enum class atomicity : std::uint8_t {
  each,         ///< every valid event is stored, even where another is not
  all_or_none,  ///< one that fails fails them all
};

/// What a handler says of an event. For an ephemeral subscription, a failure is only counted.
struct handler_result {
  bool success{true};
  std::string error{};     ///< when not successful: what went wrong
  bool retry{true};        ///< when not successful: false makes it a dead letter at once
  std::string metadata{};  ///< kept with the attempt: the text of a JSON object, or empty
};

/// Called with each event. Runs on a thread of the broker's that serves handlers, one call at a time for one
/// subscription; it may itself publish. What it throws counts as `success == false`, to be tried again.
using event_handler = std::function<handler_result(const event&)>;

/// An ephemeral subscription: it lives until `unsubscribe` or the end of the broker.
struct subscription_request {
  std::vector<topic_pattern> topics{};  ///< at least one; an event that several match comes once
  start_point start{start_now{}};
  /// Which events of the topics pass, as the text of a JSON object: the filter of the HTTP and WebSocket API, as
  /// {"types":["project.*"],"payload":{"order.cost":{"gt":100}}}. Empty: all of them.
  std::string filter{};
};

struct subscription_receipt {
  subscription_id id{};
  position start{};  ///< everything after this place that matches will be delivered
};

/// An event broker in this process. Every member may be called from any thread, also from a handler.
///
/// Expected failures come as `result`; a broker that cannot be opened throws `error`.
class EVENTMGR_API event_manager {
 public:
  /// Opens the store that `options.database` names and starts the broker's threads. Does not listen on any port.
  /// Throws `error`: `store_unavailable` if the store cannot be opened (in use, corrupt, written by a newer release).
  static std::unique_ptr<event_manager> open(const settings& options);

  event_manager(const event_manager&) = delete;
  event_manager& operator=(const event_manager&) = delete;
  /// Stops deliveries, commits what was accepted and closes the store.
  virtual ~event_manager() = default;

  /// Stores one event and returns once it is durable. Errors: `invalid_event`, `invalid_request` for JSON that is
  /// nested too deeply, `too_large`, `queue_full`, `store_unavailable`, `shutting_down`.
  virtual result<publish_receipt> publish(event_in input) = 0;

  /// As `publish`, but returns at once; `done` is called exactly once, on a thread of the broker's, and must not block.
  virtual void publish_async(event_in input, std::function<void(result<publish_receipt>)> done) = 0;

  /// As `publish`, and then waits, at most so long (to 60 s), until every durable subscription that the event is for
  /// has an outcome, which of a duplicate may be known already. A scheduled event does not wait. Not to be called from
  /// a handler, which may be what it waits for. Also fails with `rate_limited`, and stores nothing, when 1,000
  /// publishers wait already.
  virtual result<delivery_receipt> publish_and_wait(event_in input, std::chrono::milliseconds wait) = 0;

  /// Stores many events in one commit: a result for each, in order. With `all_or_none` the call fails as a whole, its
  /// pointers prefixed with the index ("/3/type").
  virtual result<std::vector<result<publish_receipt>>> publish_batch(std::vector<event_in> inputs,
                                                                     atomicity mode = atomicity::each) = 0;

  /// Delivers matching events to `handler` in offset order, history first if `start` lies in the past. While the store
  /// cannot be read, one that is behind waits. Errors: `invalid_request` for an empty topic list, a start that does not
  /// exist, or a filter with faults, all of which `details` then lists; `malformed_json` for a filter that is no JSON.
  virtual result<subscription_receipt> subscribe(subscription_request request, event_handler handler) = 0;

  /// Attaches `handler` to a durable subscription with channel `callback`, which is made if there is none of that name;
  /// else its topics must be the same, or none, and what is kept counts for the rest. Each event is acknowledged as the
  /// handler says: a failure is tried again as the retry policy says, then becomes a dead letter. Events wait, also
  /// over restarts, while no handler is attached. It stays attached when the subscription is moved or changed. Errors:
  /// `invalid_request`, `conflict`.
  virtual result<subscription_info> attach(subscription_definition definition, event_handler handler) = 0;

  /// Ends an ephemeral subscription, or detaches the handler of a durable one, which keeps its place. Once it returns,
  /// the handler is not running and will not be called again, unless called from the handler itself, which then
  /// finishes. `not_found` where there is no handler.
  virtual result<void> unsubscribe(subscription_id id) = 0;

  /// Makes a durable subscription, or changes the one of that name, which keeps its place. Errors: `invalid_request`,
  /// `conflict` for an ordering that differs.
  virtual result<subscription_info> create_subscription(subscription_definition definition) = 0;

  /// Every durable subscription, by name.
  virtual result<std::vector<subscription_info>> list_subscriptions() = 0;

  // Of the durable subscription with this id or name; `not_found` if there is none.

  virtual result<void> delete_subscription(const std::string& which) = 0;
  virtual result<subscription_info> pause_subscription(const std::string& which) = 0;
  /// Delivers what came meanwhile.
  virtual result<subscription_info> resume_subscription(const std::string& which) = 0;
  /// Everything after `target` that matches is delivered again.
  virtual result<subscription_info> seek_subscription(const std::string& which, start_point target) = 0;
  virtual result<subscription_stats> get_subscription_stats(const std::string& which) = 0;

  virtual result<dead_letter_page> get_dead_letters(dead_letter_query query) = 0;

  /// Has a dead letter delivered again by the subscription that gave it up. It stays open until it is delivered.
  /// `patch` is a merge patch (RFC 7396) of its payload, the text of a JSON object, or empty; the stored event stays as
  /// it is. Errors: `not_found`, `conflict` if it is not open or its subscription is gone, `invalid_request` or
  /// `malformed_json` for the patch.
  virtual result<requeue_plan> requeue_dead_letter(dead_letter_id id, std::string patch = {}) = 0;

  /// Has every open dead letter that is selected delivered again. Returns the plan once it has begun; it goes on, also
  /// over restarts. Errors: as above, and `invalid_request` for what is out of its range.
  virtual result<requeue_plan> requeue_dead_letters(requeue_request request) = 0;

  /// Gives a dead letter up for good. Errors: `not_found`, `conflict` if it is not open.
  virtual result<void> discard_dead_letter(dead_letter_id id) = 0;

  /// Delivers a stretch of the log once more, beside the live deliveries. Returns the replay once it has begun; it goes
  /// on, also over restarts. Errors: `invalid_request` for a place that does not exist, a filter with faults or an
  /// end before the beginning, `not_found` for a subscription, `conflict` if too many are under way.
  virtual result<replay_info> replay_events(replay_request request) = 0;

  virtual result<replay_info> get_replay(replay_id id) = 0;  ///< `not_found`

  /// What is in flight is not waited for. Errors: `not_found`, `conflict` if it has ended.
  virtual result<void> cancel_replay(replay_id id) = 0;

  /// Declares a topic. `conflict` if it is declared already; one that was only published to may still be.
  virtual result<topic_info> create_topic(topic_declaration declaration) = 0;

  /// Every topic that was declared or published to, by name.
  virtual result<std::vector<topic_info>> list_topics() = 0;

  virtual result<event_page> get_events(event_query query) = 0;
  virtual result<event> get_event(event_id id) = 0;

  /// Proves that nothing is lost: reads everything that is stored at this moment and compares it with what each durable
  /// subscription's ledger says. Takes some seconds for a million events; publishing and delivery go on. `conflict`
  /// while another proof runs.
  virtual result<proof_report> verify() = 0;

  virtual health_report get_health() = 0;
  virtual metrics_report get_metrics() = 0;

 protected:
  event_manager() = default;
};

}  // namespace eventmgr
