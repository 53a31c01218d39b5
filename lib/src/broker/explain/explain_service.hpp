#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/subscription_service.hpp"
#include "broker/explain/delivery_lookup.hpp"
#include "broker/explain/event_tracer.hpp"
#include "broker/explain/explain_face.hpp"

#include <functional>
#include <memory>

namespace eventmgr {

class redelivery_service;

/// Answers why events go where they go.
class explain_service final : public explain_face {
 public:
  explain_service(delivery_context& context, const subscription_service& subscriptions,
                  const redelivery_service& redeliveries);
  explain_service(const explain_service&) = delete;
  explain_service& operator=(const explain_service&) = delete;

  void explain(event_id id, explain_request which, reply<event_explanation> done) override;
  void explain_unpublished(std::shared_ptr<const event> record, explain_request which,
                           reply<event_explanation> done) override;
  void deliveries(event_id id, explain_request which, reply<delivery_page> done) override;
  void trace(event_id id, reply<event_trace> done) override;
  void backtest(backtest_request request, reply<backtest_result> done) override;

 private:
  void post(std::function<void()> work) { context_.executors.core.post(std::move(work)); }

  /// Finds a stored event and goes on with it, once what has happened so far is written.
  template <class T>
  void with_event(event_id id, reply<T> done, std::function<void(std::shared_ptr<const event>, reply<T>)> next);
  void plan(backtest_request request, const reply<backtest_result>& done);

  delivery_context& context_;
  const subscription_service& subscriptions_;
  delivery_lookup lookup_;
  event_tracer tracer_;
};

}  // namespace eventmgr
