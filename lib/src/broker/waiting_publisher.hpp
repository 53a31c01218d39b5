#pragma once

#include "broker/broker.hpp"
#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/receipt_board.hpp"
#include "broker/delivery/subscription_service.hpp"
#include "broker/explain/explain_face.hpp"
#include "broker/publish_pipeline.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace eventmgr {

/// Publishes an event and waits for what the durable subscriptions do with it. Thread-safe.
class waiting_publisher {
 public:
  /// Subscriptions that one receipt names; of more only the number is told.
  static constexpr std::size_t max_reports = 1000;

  waiting_publisher(delivery_context& context, publish_pipeline& pipeline, const subscription_service& subscriptions,
                    explain_face& explanations)
      : context_{context}, pipeline_{pipeline}, subscriptions_{subscriptions}, explanations_{explanations} {}

  /// As `broker::publish_and_wait`.
  std::function<void()> publish(std::shared_ptr<event> record, std::chrono::milliseconds wait,
                                reply<delivery_receipt> done);

 private:
  struct ticket;
  void stored(const std::shared_ptr<ticket>& of, const append_entry& entry);
  /// Those that the event, which has just passed the sequencer, is for.
  std::vector<delivery_report> expected(const std::shared_ptr<const event>& record, std::uint64_t& matched) const;
  void tell_what_is_known(const std::shared_ptr<ticket>& of);

  delivery_context& context_;
  publish_pipeline& pipeline_;
  const subscription_service& subscriptions_;
  explain_face& explanations_;
};

}  // namespace eventmgr
