#include "broker/explain/explain_service.hpp"

#include "broker/explain/backtest_run.hpp"
#include "broker/missing_event.hpp"

#include <optional>
#include <utility>

namespace eventmgr {

namespace {

failure wrong(std::string pointer, std::string message) {
  failure why{.code = errc::invalid_request, .message = "the backtest is invalid: " + pointer + " " + message};
  why.details.push_back({.pointer = std::move(pointer), .message = std::move(message)});
  return why;
}

failure of_filter(failure why) {
  for (problem& each : why.details) each.pointer.insert(0, "/filter");
  return why;
}

}  // namespace

explain_service::explain_service(delivery_context& context, const subscription_service& subscriptions,
                                 const redelivery_service& redeliveries)
    : context_{context},
      subscriptions_{subscriptions},
      lookup_{context, subscriptions, redeliveries},
      tracer_{context, lookup_} {}

template <class T>
void explain_service::with_event(event_id id, reply<T> done,
                                 std::function<void(std::shared_ptr<const event>, reply<T>)> next) {
  using found_event = std::shared_ptr<const event>;
  context_.desk.ask<found_event>(
      [this, id]() -> result<found_event> {
        auto record = context_.ports.store.find_event(id);
        if (!record) return missing_event(context_.ports.store, id);
        return std::make_shared<const event>(std::move(*record));
      },
      [this, done = std::move(done), next = std::move(next)](const result<found_event>& found) {
        if (found.has_error()) return done(found.error());
        lookup_.settle([found, done, next] { next(*found, done); });
      });
}

void explain_service::explain(event_id id, explain_request which, reply<event_explanation> done) {
  context_.desk.ask<scheduled_event>(
      [this, id]() -> result<scheduled_event> {
        event_store& store = context_.ports.store;
        if (auto record = store.find_event(id)) return scheduled_event{std::make_shared<event>(std::move(*record)), {}};
        if (auto waiting = store.find_scheduled(id)) return std::move(*waiting);
        // It may have been published between the two.
        if (auto record = store.find_event(id)) return scheduled_event{std::make_shared<event>(std::move(*record)), {}};
        return missing_event(store, id);
      },
      [this, which = std::move(which), done = std::move(done)](const result<scheduled_event>& found) {
        if (found.has_error()) return done(found.error());
        lookup_.settle([this, found, which, done] {
          const bool waits = found->record->seq == offset{};
          lookup_.explain(found->record, waits ? std::optional{found->due} : std::nullopt, which, done);
        });
      });
}

void explain_service::explain_unpublished(std::shared_ptr<const event> record, explain_request which,
                                          reply<event_explanation> done) {
  post([this, record = std::move(record), which = std::move(which), done = std::move(done)]() mutable {
    lookup_.explain(std::move(record), {}, which, std::move(done));
  });
}

void explain_service::deliveries(event_id id, explain_request which, reply<delivery_page> done) {
  with_event<delivery_page>(
      id, std::move(done),
      [this, which = std::move(which)](std::shared_ptr<const event> record, reply<delivery_page> then) {
        lookup_.find(std::move(record), which, std::move(then));
      });
}

void explain_service::trace(event_id id, reply<event_trace> done) {
  post([this, id, done = std::move(done)]() mutable { tracer_.trace(id, std::move(done)); });
}

void explain_service::backtest(backtest_request request, reply<backtest_result> done) {
  post([this, request = std::move(request), done = std::move(done)]() mutable { plan(std::move(request), done); });
}

void explain_service::plan(backtest_request request, const reply<backtest_result>& done) {
  const time_point now = context_.ports.time.now();
  backtest_plan made{.since = request.since.value_or(now - backtest_request::default_reach), .until = request.until};
  if (made.until && *made.until <= made.since) return done(wrong("/until", "must be later than since"));

  auto rule = std::make_shared<matching_rule>();
  std::string filter = request.filter.value_or("");
  if (!request.against.empty()) {
    const auto existing = subscriptions_.named(request.against);
    if (!existing) return done(failure{.code = errc::not_found, .message = "no subscription " + request.against});
    const kept_subscription& kept = existing->kept();
    made.against =
        backtest_plan::existing{.subscription = kept.record.id, .name = kept.record.name, .rule = kept.rules.newest()};
    if (!request.topics) request.topics = kept.definition.topics;
    if (!request.filter) filter = kept.definition.filter;
    if (!request.least_priority) request.least_priority = kept.definition.options.least_priority;
    rule->owner = kept.record.id;
  }
  if (!request.topics || request.topics->empty()) {
    return done(wrong("/topic", "is required where no subscription is compared with"));
  }
  auto compiled = context_.ports.texts.filter(filter);
  if (!compiled) return done(of_filter(compiled.error()));
  rule->topics = std::move(*request.topics);
  rule->filter = std::move(*compiled);
  rule->priorities = priority_set::at_least(request.least_priority.value_or(priority::low));
  made.proposed = std::move(rule);
  std::make_shared<backtest_run>(context_.ports, context_.desk, std::move(made), done)->start();
}

}  // namespace eventmgr
