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
#include <string>

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
  using ticket_ptr = std::shared_ptr<ticket>;
  void stored(const ticket_ptr& of, const append_entry& entry);
  /// Those that the event, which has just passed the sequencer, is for.
  receipt_board::request expected(const std::shared_ptr<const event>& record, std::uint64_t& matched) const;
  void wait(const ticket_ptr& of, receipt_board::request what);

  // Of an event that was published before: what is known of it first, then the rest is waited for. Outcomes that came
  // in between are found by a second look.
  void look(const ticket_ptr& of, receipt_board::request so_far, std::string cursor);
  void look_again(const ticket_ptr& of, std::string cursor);

  delivery_context& context_;
  publish_pipeline& pipeline_;
  const subscription_service& subscriptions_;
  explain_face& explanations_;
};

}  // namespace eventmgr
