#pragma once

#include "broker/explain/explain_face.hpp"
#include "delivery_fixture.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace eventmgr::test {

/// A broker that is asked why events go where they go.
struct explain_fixture : delivery_fixture {
  using delivery_fixture::delivery_fixture;

  event_explanation explain(event_id id, explain_request which = {}) {
    std::optional<result<event_explanation>> made;
    subject->explanations().explain(id, std::move(which), into(made));
    settle();
    return made.value().value();
  }

  /// Of the one subscription of that name.
  subscription_explanation explain(event_id id, const std::string& name) {
    return explain(id, explain_request{.subscription = name}).subscriptions.at(0);
  }

  subscription_explanation explain_unpublished(const event& record, const std::string& name) {
    std::optional<result<event_explanation>> made;
    subject->explanations().explain_unpublished(std::make_shared<event>(record), {.subscription = name}, into(made));
    settle();
    return made.value().value().subscriptions.at(0);
  }

  delivery_page deliveries(event_id id, explain_request which = {}) {
    std::optional<result<delivery_page>> made;
    subject->explanations().deliveries(id, std::move(which), into(made));
    settle();
    return made.value().value();
  }

  event_trace trace(event_id id) {
    std::optional<result<event_trace>> made;
    subject->explanations().trace(id, into(made));
    settle();
    return made.value().value();
  }

  result<backtest_result> backtest(backtest_request request) {
    std::optional<result<backtest_result>> made;
    subject->explanations().backtest(std::move(request), into(made));
    settle();
    return std::move(made.value());
  }

  event_id publish(std::shared_ptr<event> record) {
    const event_id id = record->id;
    subject->publish({std::move(record)}, [](const auto&) {});
    settle();
    return id;
  }
  using delivery_fixture::publish;
};

inline explained_stage stage_of(const subscription_explanation& explained, delivery_stage which) {
  for (const explained_stage& each : explained.stages) {
    if (each.stage == which) return each;
  }
  throw std::out_of_range{"no stage " + std::string{to_string(which)}};
}

inline stage_verdict verdict_of(const subscription_explanation& explained, delivery_stage which) {
  return stage_of(explained, which).verdict;
}

}  // namespace eventmgr::test
