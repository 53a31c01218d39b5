#include "broker/in_process_manager.hpp"

#include "broker/delivery/redelivery_face.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "broker/handler_consumer.hpp"
#include "broker/handler_sink.hpp"
#include "broker/proof/proof_face.hpp"
#include "broker/receipt_of.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <iterator>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace eventmgr {

namespace {

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
  in_process_manager(broker& core, const clock& time, executor& answers, executor& handlers, input_readers readers,
                     std::shared_ptr<void> keep_alive)
      : keep_alive_{std::move(keep_alive)},
        broker_{core},
        time_{time},
        answers_{answers},
        handlers_{handlers},
        read_{std::move(readers)} {}

  ~in_process_manager() override {
    std::unordered_map<subscription_id, std::function<void()>> handlers;
    {
      const std::lock_guard lock{mutex_};
      handlers.swap(stops_);
    }
    for (const auto& [id, stop] : handlers) stop();
  }

  result<publish_receipt> publish(event_in input) override {
    return wait_for<publish_receipt>([&](auto done) { publish_async(std::move(input), std::move(done)); });
  }

  void publish_async(event_in input, std::function<void(result<publish_receipt>)> done) override {
    auto record = read_.events(std::move(input), broker_.now());
    if (!record) {
      broker_.counters().events_rejected.fetch_add(1, std::memory_order_relaxed);
      return answers_.post([done = std::move(done), why = record.error()] { done(why); });
    }
    broker_.publish({std::move(*record)}, [done = std::move(done), answers = &answers_](const auto& entries) {
      if (entries) return done(receipt_of(entries->front()));
      // A refusal comes on the caller's thread, which may hold what `done` locks.
      answers->post([done, why = entries.error()] { done(why); });
    });
  }

  result<delivery_receipt> publish_and_wait(event_in input, std::chrono::milliseconds wait) override {
    auto record = read_.events(std::move(input), broker_.now());
    if (!record) {
      broker_.counters().events_rejected.fetch_add(1, std::memory_order_relaxed);
      return record.error();
    }
    return wait_for<delivery_receipt>(
        [&](auto done) { broker_.publish_and_wait(std::move(*record), wait, std::move(done)); });
  }

  result<std::vector<result<publish_receipt>>> publish_batch(std::vector<event_in> inputs, atomicity mode) override;

  result<subscription_receipt> subscribe(subscription_request request, event_handler handler) override;
  result<subscription_info> attach(subscription_definition definition, event_handler handler) override;
  result<void> unsubscribe(subscription_id id) override;

  result<subscription_info> create_subscription(subscription_definition definition) override {
    auto checked = read_.definitions(definition);
    if (!checked) return checked.error();
    auto made = wait_for<created_subscription>(
        [&](auto done) { broker_.subscriptions().create(std::move(*checked), std::move(done)); });
    if (!made) return made.error();
    return std::move(made->info);
  }
  result<std::vector<subscription_info>> list_subscriptions() override;
  result<void> delete_subscription(const std::string& which) override {
    auto removed = wait_for<std::monostate>([&](auto done) { broker_.subscriptions().remove(which, std::move(done)); });
    if (!removed) return removed.error();
    return {};
  }
  result<subscription_info> pause_subscription(const std::string& which) override {
    return wait_for<subscription_info>([&](auto done) { broker_.subscriptions().pause(which, std::move(done)); });
  }
  result<subscription_info> resume_subscription(const std::string& which) override {
    return wait_for<subscription_info>([&](auto done) { broker_.subscriptions().resume(which, {}, std::move(done)); });
  }
  result<subscription_info> seek_subscription(const std::string& which, start_point target) override {
    return wait_for<subscription_info>(
        [&](auto done) { broker_.subscriptions().seek(which, std::move(target), std::move(done)); });
  }
  result<subscription_stats> get_subscription_stats(const std::string& which) override {
    return wait_for<subscription_stats>([&](auto done) { broker_.subscriptions().stats(which, std::move(done)); });
  }
  result<dead_letter_page> get_dead_letters(dead_letter_query query) override {
    return wait_for<dead_letter_page>(
        [&](auto done) { broker_.subscriptions().query_dead_letters(std::move(query), std::move(done)); });
  }

  result<requeue_plan> requeue_dead_letter(dead_letter_id id, std::string patch) override {
    requeue_request request;
    request.which.ids = {id};
    request.patch = std::move(patch);
    return requeue_dead_letters(std::move(request));
  }
  result<requeue_plan> requeue_dead_letters(requeue_request request) override {
    auto checked = read_.requeues(request);
    if (!checked) return checked.error();
    return wait_for<requeue_plan>(
        [&](auto done) { broker_.redeliveries().requeue(std::move(*checked), std::move(done)); });
  }
  result<void> discard_dead_letter(dead_letter_id id) override {
    auto discarded = wait_for<dead_letter>([&](auto done) { broker_.redeliveries().discard_one(id, std::move(done)); });
    if (!discarded) return discarded.error();
    return {};
  }
  result<replay_info> replay_events(replay_request request) override {
    auto checked = read_.replays(request);
    if (!checked) return checked.error();
    return wait_for<replay_info>(
        [&](auto done) { broker_.redeliveries().replay(std::move(*checked), std::move(done)); });
  }
  result<replay_info> get_replay(replay_id id) override {
    return wait_for<replay_info>([&](auto done) { broker_.redeliveries().find_replay(id, std::move(done)); });
  }
  result<void> cancel_replay(replay_id id) override {
    auto cancelled =
        wait_for<replay_info>([&](auto done) { broker_.redeliveries().cancel_replay(id, std::move(done)); });
    if (!cancelled) return cancelled.error();
    return {};
  }

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
  result<proof_report> verify() override {
    return wait_for<proof_report>(
        [&](auto done) { broker_.proof().verify(std::make_shared<std::atomic<bool>>(false), std::move(done)); });
  }
  health_report get_health() override { return broker_.health(); }
  metrics_report get_metrics() override { return broker_.metrics(); }

 private:
  const std::shared_ptr<void> keep_alive_;
  broker& broker_;
  const clock& time_;
  executor& answers_;
  executor& handlers_;
  const input_readers read_;
  std::mutex mutex_;
  std::unordered_map<subscription_id, std::function<void()>> stops_;  ///< how each handler is ended
};

result<std::vector<result<publish_receipt>>> in_process_manager::publish_batch(std::vector<event_in> inputs,
                                                                               atomicity mode) {
  std::vector<result<publish_receipt>> results;
  std::vector<std::shared_ptr<event>> valid;
  std::vector<std::size_t> places;
  std::vector<problem> problems;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto record = read_.events(std::move(inputs[i]), broker_.now());
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
    auto filter = read_.filters(request.filter);
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
  stops_.emplace(id, [sink] { sink->stop(); });
  return subscription_receipt{.id = id, .start = std::move(*begun)};
}

result<subscription_info> in_process_manager::attach(subscription_definition definition, event_handler handler) {
  definition.channel = channel_kind::callback;
  // Without topics it can only be attached to what is there.
  if (!definition.topics.empty()) {
    auto checked = read_.definitions(definition);
    if (!checked) return checked.error();
    definition = std::move(*checked);
  }
  std::shared_ptr<handler_consumer> consumer;
  auto begun = wait_for<subscription_info>([&](auto done) {
    consumer =
        std::make_shared<handler_consumer>(std::move(handler), handlers_, broker_.counters(), time_, std::move(done));
    consumer->attach(broker_.subscriptions().attach({.definition = std::move(definition), .follow = true}, consumer));
  });
  if (!begun) {
    consumer->stop();
    return begun.error();
  }
  const std::lock_guard lock{mutex_};
  if (!stops_.emplace(begun->id, [consumer] { consumer->stop(); }).second) {
    consumer->stop();
    return failure{.code = errc::conflict, .message = "there is a handler for " + begun->definition.name + " already"};
  }
  return begun;
}

result<std::vector<subscription_info>> in_process_manager::list_subscriptions() {
  constexpr std::uint32_t page_size = 1000;
  std::vector<subscription_info> all;
  std::string cursor;
  do {
    auto page = wait_for<subscription_page>(
        [&](auto done) { broker_.subscriptions().list(cursor, page_size, std::move(done)); });
    if (!page) return page.error();
    std::ranges::move(page->subscriptions, std::back_inserter(all));
    cursor = std::move(page->next_cursor);
  } while (!cursor.empty());
  return all;
}

result<void> in_process_manager::unsubscribe(subscription_id id) {
  std::function<void()> stop;
  {
    const std::lock_guard lock{mutex_};
    const auto found = stops_.find(id);
    if (found == stops_.end()) {
      return failure{.code = errc::not_found, .message = "no handler for subscription " + to_string(id)};
    }
    stop = std::move(found->second);
    stops_.erase(found);
  }
  stop();
  return {};
}

}  // namespace

std::unique_ptr<event_manager> make_in_process_manager(broker& core, const clock& time, executor& answers,
                                                       executor& handlers, input_readers readers,
                                                       std::shared_ptr<void> keep_alive) {
  return std::make_unique<in_process_manager>(core, time, answers, handlers, std::move(readers), std::move(keep_alive));
}

}  // namespace eventmgr
