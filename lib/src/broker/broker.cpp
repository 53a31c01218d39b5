#include "broker/broker.hpp"

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/recent_successes.hpp"
#include "broker/delivery/redelivery/redelivery_service.hpp"
#include "broker/delivery/scheduler.hpp"
#include "broker/delivery/subscription_service.hpp"
#include "broker/explain/explain_service.hpp"
#include "broker/missing_event.hpp"
#include "broker/proof/proof_service.hpp"
#include "broker/publish_pipeline.hpp"
#include "broker/query_desk.hpp"
#include "broker/rate_window.hpp"
#include "broker/recent_reads.hpp"
#include "broker/sequencer.hpp"
#include "broker/shutting_down.hpp"
#include "broker/tail.hpp"
#include "broker/topic_service.hpp"
#include "broker/waiting_publisher.hpp"
#include "core/expiry.hpp"

#include <array>
#include <charconv>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace eventmgr {

namespace {

subscription_id fresh_subscription_id(time_point now) {
  static thread_local std::mt19937_64 engine{std::random_device{}()};
  std::array<std::uint8_t, 10> random{};
  for (auto& byte : random) byte = static_cast<std::uint8_t>(engine());
  return {make_uuid_v7(now.time_since_epoch().count(), random)};
}

// Tells this run of the daemon from earlier ones.
std::string fresh_run_id() {
  std::array<char, 8> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), std::random_device{}() | 0x10000000U, 16).ptr;
  return {text.data(), end};
}

class broker_impl final : public broker {
 public:
  broker_impl(broker_ports ports, broker_executors executors, const broker_options& options)
      : ports_{ports},
        executors_{executors},
        options_{options},
        flow_{ports.store.partitions(), options.ring_events, options.ring_bytes},
        rate_{ports.time.steady_now()},
        pipeline_{ports.store,
                  ports.time,
                  executors.core,
                  executors.writer,
                  counters_,
                  {.events = options.queue_events, .bytes = options.queue_bytes},
                  [this](std::span<const append_entry> entries) { sequence(entries); }},
        desk_{executors.queries,
              executors.core,
              ports.time,
              {.waiting = options.waiting_queries, .patience = options.query_patience}},
        topics_{ports.store, ports.time, executors, desk_, flow_.routes()},
        alarms_{ports.bell, ports.time},
        journal_{pipeline_, alarms_, ports.time},
        breakers_{counters_.breakers},
        receipts_{alarms_},
        delivery_{.ports = ports,
                  .executors = executors,
                  .desk = desk_,
                  .flow = flow_,
                  .reads = reads_,
                  .journal = journal_,
                  .alarms = alarms_,
                  .breakers = breakers_,
                  .receipts = receipts_,
                  .successes = successes_,
                  .counters = counters_,
                  .read_batch = options.read_batch,
                  .run_id = fresh_run_id()},
        stored_{std::make_shared<const delivery_state>(ports.store.load_deliveries())},
        subscriptions_{delivery_, *stored_},
        redeliveries_{delivery_, subscriptions_},
        explanations_{delivery_, subscriptions_, redeliveries_},
        waiting_publisher_{delivery_, pipeline_, subscriptions_, explanations_},
        schedule_{delivery_},
        proof_{ports, executors} {
    executors_.core.post([this, state = std::exchange(stored_, nullptr)] {
      subscriptions_.start();
      redeliveries_.start(*state);
      schedule_.start();
    });
  }

  void publish(std::vector<std::shared_ptr<event>> events, publish_done done) override {
    pipeline_.submit(std::move(events), std::move(done));
  }

  std::function<void()> publish_and_wait(std::shared_ptr<event> record, std::chrono::milliseconds wait,
                                         reply<delivery_receipt> done) override {
    return waiting_publisher_.publish(std::move(record), wait, std::move(done));
  }

  std::unique_ptr<tail_handle> open_tail(tail_request request, std::shared_ptr<stream_sink> sink) override;

  void query_events(event_query query, reply<event_page> done) override {
    desk_.ask<event_page>([this, query = std::move(query)] { return ports_.store.query_events(query); },
                          std::move(done));
  }

  void find_event(event_id id, reply<event> done) override {
    desk_.ask<event>(
        [this, id]() -> result<event> {
          if (auto found = ports_.store.find_event(id)) return std::move(*found);
          return missing_event(ports_.store, id);
        },
        std::move(done));
  }

  void list_topics(std::string cursor, std::uint32_t limit, reply<topic_page> done) override {
    topics_.list(std::move(cursor), limit, std::move(done));
  }
  void find_topic(topic_name topic, reply<topic_info> done) override {
    topics_.find(std::move(topic), std::move(done));
  }
  void declare_topic(topic_declaration declaration, declare_mode mode, reply<declared_topic> done) override {
    topics_.declare(std::move(declaration), mode, std::move(done));
  }
  void undeclare_topic(topic_name topic, reply<std::monostate> done) override {
    topics_.undeclare(std::move(topic), std::move(done));
  }

  subscription_face& subscriptions() noexcept override { return subscriptions_; }
  explain_face& explanations() noexcept override { return explanations_; }
  redelivery_face& redeliveries() noexcept override { return redeliveries_; }
  proof_face& proof() noexcept override { return proof_; }

  health_report health() const override;
  metrics_report metrics() const override;
  broker_counters& counters() noexcept override { return counters_; }
  time_point now() const override { return ports_.time.now(); }
  void drain(std::function<void()> done) override;

 private:
  class handle;

  void sequence(std::span<const append_entry> entries);

  const broker_ports ports_;
  const broker_executors executors_;
  const broker_options options_;
  broker_counters counters_;
  sequencer flow_;
  recent_reads reads_;
  mutable std::mutex rate_mutex_;
  mutable rate_window rate_;
  publish_pipeline pipeline_;
  query_desk desk_;
  topic_service topics_;
  timers alarms_;
  state_journal journal_;
  breaker_registry breakers_;
  receipt_board receipts_;
  recent_successes successes_;
  delivery_context delivery_;
  std::shared_ptr<const delivery_state> stored_;  ///< until it is taken over
  subscription_service subscriptions_;
  redelivery_service redeliveries_;
  explain_service explanations_;
  waiting_publisher waiting_publisher_;
  scheduler schedule_;
  proof_service proof_;
  std::unordered_map<subscriber_key, std::shared_ptr<tail>> tails_;  ///< the core's
  bool closing_{false};                                              ///< the core's
};

/// Owned by the client's side; what it does to the broker it posts to the core.
class broker_impl::handle final : public tail_handle {
 public:
  handle(broker_impl& owner, std::shared_ptr<tail> subject) : owner_{owner}, tail_{std::move(subject)} {
    owner_.executors_.core.post([this_owner = &owner_, state = state_, subject = tail_] {
      if (state->released) return;
      if (this_owner->closing_) {
        return subject->end(shutting_down());
      }
      state->key = this_owner->flow_.routes().add(subject->topics(), *subject);
      this_owner->tails_.emplace(state->key, subject);
      subject->start();
    });
  }

  handle(const handle&) = delete;
  handle& operator=(const handle&) = delete;

  ~handle() override {
    tail_->close();
    owner_.counters_.tails.fetch_sub(1, std::memory_order_relaxed);
    owner_.executors_.core.post([this_owner = &owner_, state = state_] {
      state->released = true;
      this_owner->flow_.routes().remove(state->key);
      this_owner->tails_.erase(state->key);
    });
  }

  void resume() override { tail_->resume(); }
  subscription_id id() const noexcept override { return tail_->id(); }

 private:
  /// The core's.
  struct registration {
    subscriber_key key{0};
    bool released{false};
  };

  broker_impl& owner_;
  const std::shared_ptr<tail> tail_;
  const std::shared_ptr<registration> state_{std::make_shared<registration>()};
};

std::unique_ptr<tail_handle> broker_impl::open_tail(tail_request request, std::shared_ptr<stream_sink> sink) {
  counters_.tails.fetch_add(1, std::memory_order_relaxed);
  const tail_context context{.flow = flow_,
                             .store = ports_.store,
                             .core = executors_.core,
                             .readers = executors_.readers,
                             .time = ports_.time,
                             .documents = ports_.documents,
                             .reads = reads_,
                             .counters = counters_,
                             .alarms = alarms_,
                             .read_batch = options_.read_batch};
  auto subject =
      std::make_shared<tail>(context, fresh_subscription_id(ports_.time.now()), std::move(request), std::move(sink));
  return std::make_unique<handle>(*this, std::move(subject));
}

void broker_impl::sequence(std::span<const append_entry> entries) {
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t expired = 0;
  for (const append_entry& entry : entries) {
    stored += entry.outcome == append_outcome::stored ? 1 : 0;
    expired += entry.outcome == append_outcome::stored && expired_when_published(*entry.record) ? 1 : 0;
    duplicates += entry.outcome == append_outcome::duplicate ? 1 : 0;
  }
  counters_.events_published.fetch_add(stored, std::memory_order_relaxed);
  counters_.events_duplicate.fetch_add(duplicates, std::memory_order_relaxed);
  if (expired > 0) counters_.events_expired.fetch_add(expired, std::memory_order_relaxed);
  if (stored + duplicates < entries.size()) schedule_.see(entries);
  {
    const std::lock_guard lock{rate_mutex_};
    rate_.add(ports_.time.steady_now(), stored);
  }
  flow_.accept(entries);
}

health_report broker_impl::health() const {
  health_report report{.at = ports_.time.now(), .version = options_.version};
  const std::string trouble = ports_.store.trouble();
  report.state = trouble.empty() ? health_state::healthy : health_state::unhealthy;
  report.dependencies.push_back({.name = "store", .state = report.state, .detail = trouble});
  report.active_subscriptions =
      counters_.tails.load(std::memory_order_relaxed) + counters_.subscriptions_active.load(std::memory_order_relaxed);
  report.queue_depth = pipeline_.depth();
  report.memory_usage_mb = static_cast<double>(ports_.process.usage().resident_bytes) / 1e6;
  const std::lock_guard lock{rate_mutex_};
  report.events_per_second = rate_.per_second(ports_.time.steady_now());
  return report;
}

metrics_report broker_impl::metrics() const {
  const auto read_counter = [](const broker_counters::counter& value) { return value.load(std::memory_order_relaxed); };
  const process_usage usage = ports_.process.usage();
  metrics_report report;
  report.events_published = read_counter(counters_.events_published);
  report.events_duplicate = read_counter(counters_.events_duplicate);
  report.events_rejected = read_counter(counters_.events_rejected);
  report.events_expired = read_counter(counters_.events_expired);
  report.events_processed = read_counter(counters_.events_processed);
  report.events_failed = read_counter(counters_.events_failed);
  report.publish_requests_refused = read_counter(counters_.requests_refused);
  report.commits = read_counter(counters_.commits);
  report.commit_failures = read_counter(counters_.commit_failures);
  report.publish_latency = counters_.publish_latency.summary();
  report.handler_latency = counters_.handler_latency.summary();
  report.end_to_end_latency = counters_.end_to_end_latency.summary();
  report.queue_depth = pipeline_.depth();
  report.active_subscriptions = read_counter(counters_.tails) + read_counter(counters_.subscriptions_active);
  report.events_retried = read_counter(counters_.events_retried);
  report.dead_letter_count = read_counter(counters_.dead_letters);
  report.deliveries_attempted = read_counter(counters_.deliveries_attempted);
  report.deliveries_succeeded = read_counter(counters_.deliveries_succeeded);
  report.deliveries_failed = read_counter(counters_.deliveries_failed);
  report.delivery_latency = counters_.delivery_latency.summary();
  report.durable_subscriptions = {.active = read_counter(counters_.subscriptions_active),
                                  .paused = read_counter(counters_.subscriptions_paused),
                                  .error = read_counter(counters_.subscriptions_in_error)};
  report.breakers = counters_.breakers.list();
  report.exceptions = read_counter(counters_.exceptions);
  report.scheduled_events = read_counter(counters_.scheduled_events);
  report.memory_usage = usage.resident_bytes;
  report.cpu_usage = usage.cpu_seconds;
  report.connections = read_counter(counters_.connections);
  return report;
}

void broker_impl::drain(std::function<void()> done) {
  proof_.stop();
  pipeline_.drain([this, done = std::move(done)] {
    closing_ = true;
    schedule_.stop();
    redeliveries_.drain();
    for (const auto& [key, subject] : tails_) {
      subject->end(shutting_down());
    }
    subscriptions_.drain([this, done] {
      receipts_.end();
      alarms_.stop();
      done();
    });
  });
}

}  // namespace

std::unique_ptr<broker> broker::make(broker_ports ports, broker_executors executors, const broker_options& options) {
  return std::make_unique<broker_impl>(ports, executors, options);
}

}  // namespace eventmgr
