#include "broker/in_process_manager.hpp"

#include "broker/handler_sink.hpp"

#include <future>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace eventmgr {

namespace {

publish_receipt receipt_of(const append_entry& entry) {
  const event& record = *entry.record;
  if (entry.outcome == append_outcome::duplicate) {
    return {.id = record.id,
            .topic = entry.original_topic,
            .partition = entry.original_partition,
            .seq = entry.original_seq,
            .duplicate = true};
  }
  return {.id = record.id, .topic = record.topic, .partition = record.partition, .seq = record.seq};
}

/// Calls `start` with a callback and waits for its answer.
template <class T, class Start>
result<T> wait_for(Start&& start) {
  auto promise = std::make_shared<std::promise<result<T>>>();
  auto answer = promise->get_future();
  std::forward<Start>(start)([promise](result<T> value) { promise->set_value(std::move(value)); });
  return answer.get();
}

class in_process_manager final : public event_manager {
 public:
  in_process_manager(broker& core, const clock& time, executor& handlers, input_normaliser normaliser,
                     filter_parser filters, std::shared_ptr<void> keep_alive)
      : keep_alive_{std::move(keep_alive)},
        broker_{core},
        time_{time},
        handlers_{handlers},
        normalise_{std::move(normaliser)},
        parse_filter_{std::move(filters)} {}

  ~in_process_manager() override {
    std::unordered_map<subscription_id, std::shared_ptr<handler_sink>> sinks;
    {
      const std::lock_guard lock{mutex_};
      sinks.swap(sinks_);
    }
    for (const auto& [id, sink] : sinks) sink->stop();
  }

  result<publish_receipt> publish(event_in input) override {
    return wait_for<publish_receipt>([&](auto done) { publish_async(std::move(input), std::move(done)); });
  }

  void publish_async(event_in input, std::function<void(result<publish_receipt>)> done) override {
    auto record = normalise_(std::move(input), broker_.now());
    if (!record) {
      broker_.counters().events_rejected.fetch_add(1, std::memory_order_relaxed);
      return done(record.error());
    }
    broker_.publish({std::move(*record)}, [done = std::move(done)](const auto& entries) {
      if (!entries) return done(entries.error());
      done(receipt_of(entries->front()));
    });
  }

  result<std::vector<result<publish_receipt>>> publish_batch(std::vector<event_in> inputs, atomicity mode) override;

  result<subscription_receipt> subscribe(subscription_request request, event_handler handler) override;
  result<void> unsubscribe(subscription_id id) override;

  result<topic_info> create_topic(topic_declaration declaration) override {
    auto declared = wait_for<broker::declared_topic>(
        [&](auto done) { broker_.declare_topic(std::move(declaration), declare_mode::create, std::move(done)); });
    if (!declared) return declared.error();
    return std::move(declared->info);
  }

  result<std::vector<topic_info>> list_topics() override {
    constexpr std::uint32_t page_size = 1000;
    std::vector<topic_info> all;
    std::string cursor;
    do {
      auto page = wait_for<topic_page>([&](auto done) { broker_.list_topics(cursor, page_size, std::move(done)); });
      if (!page) return page.error();
      std::ranges::move(page->topics, std::back_inserter(all));
      cursor = std::move(page->next_cursor);
    } while (!cursor.empty());
    return all;
  }

  result<event_page> get_events(event_query query) override {
    return wait_for<event_page>([&](auto done) { broker_.query_events(std::move(query), std::move(done)); });
  }
  result<event> get_event(event_id id) override {
    return wait_for<event>([&](auto done) { broker_.find_event(id, std::move(done)); });
  }
  health_report get_health() override { return broker_.health(); }
  metrics_report get_metrics() override { return broker_.metrics(); }

 private:
  const std::shared_ptr<void> keep_alive_;
  broker& broker_;
  const clock& time_;
  executor& handlers_;
  const input_normaliser normalise_;
  const filter_parser parse_filter_;
  std::mutex mutex_;
  std::unordered_map<subscription_id, std::shared_ptr<handler_sink>> sinks_;
};

result<std::vector<result<publish_receipt>>> in_process_manager::publish_batch(std::vector<event_in> inputs,
                                                                               atomicity mode) {
  std::vector<result<publish_receipt>> results;
  std::vector<std::shared_ptr<event>> valid;
  std::vector<std::size_t> places;
  std::vector<problem> problems;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto record = normalise_(std::move(inputs[i]), broker_.now());
    if (record) {
      places.push_back(i);
      valid.push_back(std::move(*record));
      results.emplace_back(publish_receipt{});
      continue;
    }
    for (const problem& fault : record.error().details) {
      problems.push_back({.pointer = "/" + std::to_string(i) + fault.pointer, .message = fault.message});
    }
    results.emplace_back(record.error());
  }
  const std::size_t failed = results.size() - valid.size();
  broker_.counters().events_rejected.fetch_add(failed, std::memory_order_relaxed);
  if (failed > 0 && mode == atomicity::all_or_none) {
    return failure{.code = errc::invalid_event, .message = "the batch was not stored", .details = std::move(problems)};
  }
  if (valid.empty()) return results;

  auto stored = wait_for<std::vector<publish_receipt>>([&](auto done) {
    broker_.publish(std::move(valid), [done = std::move(done)](const auto& entries) {
      if (!entries) return done(entries.error());
      std::vector<publish_receipt> receipts;
      for (const append_entry& entry : *entries) receipts.push_back(receipt_of(entry));
      done(std::move(receipts));
    });
  });
  if (!stored) return stored.error();
  for (std::size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move((*stored)[i]);
  return results;
}

result<subscription_receipt> in_process_manager::subscribe(subscription_request request, event_handler handler) {
  tail_request wanted{.topics = std::move(request.topics), .start = std::move(request.start)};
  if (!request.filter.empty()) {
    auto filter = parse_filter_(request.filter);
    if (!filter) return filter.error();
    wanted.filter = std::move(*filter);
  }
  std::shared_ptr<handler_sink> sink;
  subscription_id id;
  auto begun = wait_for<position>([&](auto done) {
    sink = std::make_shared<handler_sink>(std::move(handler), handlers_, broker_.counters(), time_, std::move(done));
    const std::shared_ptr<tail_handle> feed = broker_.open_tail(std::move(wanted), sink);
    id = feed->id();
    sink->attach(feed);
  });
  if (!begun) {
    sink->stop();
    return begun.error();
  }
  const std::lock_guard lock{mutex_};
  sinks_.emplace(id, std::move(sink));
  return subscription_receipt{.id = id, .start = std::move(*begun)};
}

result<void> in_process_manager::unsubscribe(subscription_id id) {
  std::shared_ptr<handler_sink> sink;
  {
    const std::lock_guard lock{mutex_};
    const auto found = sinks_.find(id);
    if (found == sinks_.end()) {
      return failure{.code = errc::not_found, .message = "no subscription " + to_string(id)};
    }
    sink = std::move(found->second);
    sinks_.erase(found);
  }
  sink->stop();
  return {};
}

}  // namespace

std::unique_ptr<event_manager> make_in_process_manager(broker& core, const clock& time, executor& handlers,
                                                       input_normaliser normaliser, filter_parser filters,
                                                       std::shared_ptr<void> keep_alive) {
  return std::make_unique<in_process_manager>(core, time, handlers, std::move(normaliser), std::move(filters),
                                              std::move(keep_alive));
}

}  // namespace eventmgr
