#pragma once

#include "broker/delivery/redelivery/redelivery_context.hpp"
#include "broker/delivery/redelivery/redelivery_source.hpp"
#include "broker/delivery/redelivery/replay_pages.hpp"
#include "broker/delivery/redelivery/retry_queue.hpp"

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace eventmgr {

/// What a run asks its replay, and tells it.
class replay_owner {
 public:
  virtual ~replay_owner() = default;

  /// When an event that was received at `received` may go, at the pace of the replay.
  virtual std::chrono::steady_clock::time_point due(time_point received) = 0;
  /// Its progress has changed.
  virtual void moved(subscription_id which) = 0;
  /// It has come to its end, or its subscription was deleted.
  virtual void over(subscription_id which, bool deleted) = 0;
};

/// The part of a replay that is for one subscription: reads the log a page at a time, only when the dispatcher asks,
/// and keeps its own floor in each partition. Used on the core's thread.
class replay_run final : public redelivery_source, public std::enable_shared_from_this<replay_run> {
 public:
  /// Events of the log between the floor and the end of what was read.
  static constexpr std::size_t max_window = 1000;
  /// Of events that were read and are not settled, over the partitions; a page more at most.
  static constexpr std::uint64_t max_bytes = retry_queue::most_bytes;
  static constexpr std::chrono::milliseconds store_pause{500};

  /// `index` is its subscription's place in the selection; `progress` is where it goes on from.
  replay_run(redelivery_context& context, replay_owner& owner, std::shared_ptr<replay_pages> pages, std::size_t index,
             replay_progress_record progress, const position& to);

  const replay_progress_record& progress() const noexcept { return progress_; }

  /// The owner goes away: nothing is offered or told any more.
  void abandon();

  const redelivery* front() override;
  redelivery take() override;
  void settled(std::uint64_t ticket, redelivery_outcome outcome, std::chrono::milliseconds delay,
               const std::string& reason) override;
  void ended() override;
  bool over() const noexcept override { return over_; }
  /// There was nothing for it to wait for.
  void finish_if_over();

 private:
  using time = std::chrono::steady_clock::time_point;
  using page_ptr = std::shared_ptr<const replay_selection::page>;

  /// An event of the replay, for this subscription or only for others.
  struct passing {
    offset seq{};
    bool settled{false};
  };
  struct stretch {
    offset scan{};
    offset end{};
    std::deque<passing> window{};
    std::deque<redelivery> fresh{};
    bool reading{false};
  };

  stretch* next_stretch();
  void fetch(std::size_t partition);
  void take_page(std::size_t partition, result<page_ptr> page);
  void wake_for_retry();
  void settle(log_place place);
  void advance(std::size_t partition);

  redelivery_context& context_;
  replay_owner* owner_;
  const std::shared_ptr<replay_pages> pages_;
  const std::size_t index_;
  replay_progress_record progress_;
  std::vector<stretch> stretches_;
  retry_queue retries_;
  timer_slot wake_;
  const delivery_ordering ordering_;
  std::uint64_t last_ticket_{0};
  std::uint64_t fresh_bytes_{0};  ///< over the stretches
  stretch* shown_{nullptr};       ///< where `front` has shown a fresh one; null: it has shown a retry
  bool over_{false};
};

}  // namespace eventmgr
