#pragma once

#include "broker/broker.hpp"
#include "broker/delivery/timers.hpp"
#include "broker/recent_reads.hpp"
#include "broker/sequencer.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr {

/// What the tails of one broker share.
struct tail_context {
  sequencer& flow;
  event_store& store;
  executor& core;
  executor& readers;
  const clock& time;
  const document_reader& documents;
  recent_reads& reads;
  broker_counters& counters;
  timers& alarms;
  std::uint32_t read_batch;
};

/// An ephemeral subscription: a cursor into the log and a sink.
///
/// A tail is *live* when it has been offered everything up to the heads: the sequencer then hands it each event. When
/// its sink is full, or while it starts in the past, it is *catching up*: it walks from its cursor, through the store
/// and then through the tail ring, until it meets the heads. It holds no events, so a slow client costs nothing; and
/// because both modes move one cursor, the seam between them has neither gap nor repeat.
///
/// Lives on the core's thread, but for `close` and `resume`, which may come from any.
class tail final : public subscriber, public std::enable_shared_from_this<tail> {
 public:
  tail(tail_context context, subscription_id id, tail_request request, std::shared_ptr<stream_sink> sink);

  /// Finds where to begin, then begins.
  void start();

  void on_event(const shared_event& entry) override;

  /// The sink has room again.
  void resume();

  /// No call to the sink begins after this one.
  void close() noexcept { closed_ = true; }

  /// Tells the sink that this is the end.
  void end(const failure& why);

  subscription_id id() const noexcept { return id_; }
  const std::vector<topic_pattern>& topics() const noexcept { return request_.topics; }

 private:
  enum class mode : std::uint8_t {
    starting,     ///< the place to begin is being looked up
    live,         ///< at the heads
    catching_up,  ///< work is queued or a page is being read
    blocked,      ///< behind, and the sink is full: waits for `resume`
    ended,
  };

  struct page {
    std::vector<recent_reads::entry> matched{};
    offset scanned_through{};
    offset first{};
  };

  void begin_at(position start);
  void catch_up();
  void schedule_catch_up();
  bool catch_up_from_ring(partition_id partition, std::uint32_t& budget);
  void read_page(partition_id partition);
  void take_page(partition_id partition, const page& read);
  void read_failed(const failure& why);
  bool offer(const std::shared_ptr<const event>& record, const std::string& json, const position& place);
  bool wants(const topic_name& topic) const noexcept;
  bool passes(const shared_event& entry) const;

  tail_context context_;
  const subscription_id id_;
  const tail_request request_;
  const std::shared_ptr<stream_sink> sink_;
  mode mode_{mode::starting};
  position cursor_;                             ///< what has been offered or passed over; not kept up while live
  std::chrono::milliseconds read_again_after_;  ///< where a read fails and the sink waits for the store
  std::atomic<bool> closed_{false};
};

}  // namespace eventmgr
