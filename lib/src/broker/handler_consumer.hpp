#pragma once

#include "broker/delivery/subscription_face.hpp"
#include "broker/handler_queue.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace eventmgr {

/// Feeds an in-process handler from a durable subscription, and acknowledges as it says. Thread-safe.
class handler_consumer final : public consumer_sink, public std::enable_shared_from_this<handler_consumer> {
 public:
  /// Told once to what the handler was attached, or why it was not.
  using started = std::function<void(result<subscription_info>)>;

  handler_consumer(event_handler handler, executor& handlers, broker_counters& counters, const clock& time,
                   started begun);

  /// What it acknowledges through.
  void attach(std::shared_ptr<consumer_handle> lease);

  /// No call of the handler begins after this one; returns when none is running, unless called from the handler. What
  /// was not acknowledged is given back.
  void stop();

  void attached(const subscription_info& info, const position& settled) override;
  bool offer(std::span<const leased_event> events) override;
  void ended(const failure& why) override;

 private:
  void acknowledge(std::string ack_id, handler_result said);

  const std::shared_ptr<handler_queue> queue_;
  started begun_;
  std::mutex mutex_;
  std::shared_ptr<consumer_handle> lease_;
  std::vector<lease_result> early_;  ///< said before `attach`: events may come while it is being called
  bool stopped_{false};
};

}  // namespace eventmgr
