#pragma once

#include "broker/broker.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace eventmgr {

/// Feeds an in-process handler: a bounded queue that the core fills and a handler thread empties, one call at a time.
/// Thread-safe.
class handler_sink final : public stream_sink, public std::enable_shared_from_this<handler_sink> {
 public:
  /// Told once how the subscription began, or why it did not.
  using started = std::function<void(result<position>)>;

  handler_sink(event_handler handler, executor& handlers, broker_counters& counters, const clock& time, started begun);

  /// The tail that feeds this sink, and is asked for more when the queue, once full, has room again.
  void attach(std::shared_ptr<tail_handle> feed);

  /// No call of the handler begins after this one; returns when none is running, unless called from the handler.
  void stop();

  void opened(const position& start) override;
  bool offer(const delivery& item) override;
  void gap(const position& from, const position& to) override;
  void ended(const failure& why) override;

 private:
  static constexpr std::size_t capacity = 256;

  void run();
  bool wants_more();
  void call(const event& record);

  const event_handler handler_;
  executor& handlers_;
  broker_counters& counters_;
  const clock& time_;
  started begun_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<std::shared_ptr<const event>> waiting_;
  std::shared_ptr<tail_handle> feed_;
  std::thread::id running_{};  ///< the thread that is in the handler
  bool scheduled_{false};      ///< a run is queued or going on
  bool refused_{false};
  bool stopped_{false};
};

}  // namespace eventmgr
