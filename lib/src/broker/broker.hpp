#pragma once

#include "broker/metrics.hpp"
#include "core/filter/event_filter.hpp"
#include "ports/alarm.hpp"
#include "ports/channel.hpp"
#include "ports/clock.hpp"
#include "ports/document_reader.hpp"
#include "ports/event_store.hpp"
#include "ports/executor.hpp"
#include "ports/process_probe.hpp"
#include "ports/redelivery_texts.hpp"
#include "ports/stream_sink.hpp"
#include "ports/subscription_texts.hpp"

#include <eventmgr/event_manager.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace eventmgr {

class explain_face;
class proof_face;
class redelivery_face;
class subscription_face;

/// Where the broker's work runs. `core` and `writer` run one piece at a time, in order. `readers` read the store for
/// deliveries and tails, `queries` for what clients ask. `background` is for long work that must not slow the rest.
struct broker_executors {
  executor& core;
  timed_executor& writer;
  executor& readers;
  executor& queries;
  executor& background;
};

/// The adapters it works with; they outlive it.
struct broker_ports {
  event_store& store;
  const clock& time;
  const process_probe& process;
  const document_reader& documents;
  const subscription_texts& texts;
  const redelivery_texts& redeliveries;
  channel_factory& channels;
  alarm& bell;
};

struct broker_options {
  std::uint64_t queue_events{10000};
  std::uint64_t queue_bytes{64ULL << 20U};
  std::uint64_t ring_events{10000};
  std::uint64_t ring_bytes{64ULL << 20U};
  std::uint32_t read_batch{100};
  std::size_t waiting_queries{1000};               ///< more are turned away
  std::chrono::milliseconds query_patience{5000};  ///< how long one waits for its turn at most
  std::string version{};
};

/// Called once, on the core's thread. The entries are valid during the call only.
using publish_done = std::function<void(const result<std::span<const append_entry>>&)>;

/// Called once, on the core's thread.
template <class T>
using reply = std::function<void(result<T>)>;

/// Keeps a tail alive; destroying it ends the tail without a further call to its sink, except for one that is running
/// on the core's thread at that moment. Thread-safe.
class tail_handle {
 public:
  virtual ~tail_handle() = default;

  /// The sink has room again after it refused an event.
  virtual void resume() = 0;

  virtual subscription_id id() const noexcept = 0;
};

struct tail_request {
  std::vector<topic_pattern> topics{};
  start_point start{start_now{}};
  event_filter filter{};  ///< events that it refuses are passed over, as those on other topics are
};

/// The broker as transports see it: events go in already normalised, answers come by callback. Thread-safe, except that
/// the destructor needs every executor to be idle and every tail to be gone.
class broker {
 public:
  /// Reads the heads of the store. Throws `error` if that fails.
  static std::unique_ptr<broker> make(broker_ports ports, broker_executors executors, const broker_options& options);

  virtual ~broker() = default;

  /// Commits the events of one request in order. `queue_full` and `shutting_down` are answered at once, from the
  /// calling thread. Either all of them are stored (a duplicate is no failure: it is answered as one) or none.
  virtual void publish(std::vector<std::shared_ptr<event>> events, publish_done done) = 0;

  /// As `publish` of one event, and then waits, at most so long (to 60 s), until every durable subscription that it is
  /// for has an outcome, which of a duplicate may be known already. A scheduled event does not wait. Fails with
  /// `rate_limited`, from the calling thread and with nothing published, when 1,000 publishers wait already. What is
  /// returned may be called, from any thread, to have the answer at once.
  virtual std::function<void()> publish_and_wait(std::shared_ptr<event> record, std::chrono::milliseconds wait,
                                                 reply<delivery_receipt> done) = 0;

  /// Opens an ephemeral subscription. What is wrong with the request, or with its start, comes by `stream_sink::ended`.
  virtual std::unique_ptr<tail_handle> open_tail(tail_request request, std::shared_ptr<stream_sink> sink) = 0;

  virtual void query_events(event_query query, reply<event_page> done) = 0;
  virtual void find_event(event_id id, reply<event> done) = 0;  ///< `not_found`

  virtual void list_topics(std::string cursor, std::uint32_t limit, reply<topic_page> done) = 0;
  virtual void find_topic(topic_name topic, reply<topic_info> done) = 0;  ///< `not_found`

  struct declared_topic {
    topic_info info{};
    bool created{false};
  };
  virtual void declare_topic(topic_declaration declaration, declare_mode mode, reply<declared_topic> done) = 0;
  virtual void undeclare_topic(topic_name topic, reply<std::monostate> done) = 0;

  /// Durable subscriptions and their dead letters.
  virtual subscription_face& subscriptions() noexcept = 0;

  /// Requeue plans and replays.
  virtual redelivery_face& redeliveries() noexcept = 0;

  /// The ledger proof.
  virtual proof_face& proof() noexcept = 0;

  /// Why events go where they go.
  virtual explain_face& explanations() noexcept = 0;

  /// Never block on the store.
  virtual health_report health() const = 0;
  virtual metrics_report metrics() const = 0;

  /// Counted by those who see it happen: transports count connections and rejected events.
  virtual broker_counters& counters() noexcept = 0;

  virtual time_point now() const = 0;

  /// Answers `shutting_down` to publishers from now on, commits what was accepted, then ends every tail with
  /// `shutting_down` and calls `done` on the core's thread.
  virtual void drain(std::function<void()> done) = 0;
};

}  // namespace eventmgr
