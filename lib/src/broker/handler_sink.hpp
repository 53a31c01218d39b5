#pragma once

#include "broker/broker.hpp"
#include "broker/handler_queue.hpp"

#include <functional>
#include <memory>

namespace eventmgr {

/// Feeds an in-process handler from a tail. Thread-safe.
class handler_sink final : public stream_sink {
 public:
  /// Told once how the subscription began, or why it did not.
  using started = std::function<void(result<position>)>;

  handler_sink(event_handler handler, executor& handlers, broker_counters& counters, const clock& time, started begun);

  /// The tail that feeds this sink, and is asked for more when the queue, once full, has room again.
  void attach(const std::shared_ptr<tail_handle>& feed);

  /// No call of the handler begins after this one; returns when none is running, unless called from the handler.
  void stop() { queue_->stop(); }

  void opened(const position& start) override;
  bool offer(const tail_offer& item) override;
  void gap(const position& from, const position& to) override;
  bool waits_for_store() const override { return true; }
  void ended(const failure& why) override;

 private:
  const std::shared_ptr<handler_queue> queue_;
  started begun_;
};

}  // namespace eventmgr
