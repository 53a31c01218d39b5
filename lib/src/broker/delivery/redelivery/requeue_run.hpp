#pragma once

#include "broker/delivery/redelivery/redelivery_context.hpp"
#include "broker/delivery/redelivery/redelivery_source.hpp"
#include "broker/delivery/redelivery/retry_queue.hpp"

#include <eventmgr/requeue.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace eventmgr {

/// What a run asks its plan, and tells it.
class requeue_owner {
 public:
  virtual ~requeue_owner() = default;

  /// Whether one more may begin now; if not, the run is woken when that may have changed.
  virtual bool may_begin() = 0;
  virtual void begun() = 0;
  virtual void landed(redelivery_outcome outcome, const std::string& reason) = 0;
  /// Those that had begun are left alone, so many of them.
  virtual void withdrawn(std::size_t count) = 0;
  /// So many dead letters are no longer its own to deliver.
  virtual void skipped(std::size_t count) = 0;
  virtual void over(subscription_id which) = 0;
};

/// The part of a requeue plan that is for one subscription: reads its dead letters, the oldest first, a few at a time
/// and only when the dispatcher asks for them, and offers them. What is delivered, or fails again, is not selected once
/// more after a restart, for its row has changed by then; so the rows are the plan's memory. What it has in hand it has
/// claimed, and what another plan has it leaves alone; what is closed, discarded or given up by others it drops.
///
/// Used on the core's thread.
class requeue_run final : public redelivery_source, public std::enable_shared_from_this<requeue_run> {
 public:
  static constexpr std::uint32_t page_size = 25;
  static constexpr std::chrono::milliseconds store_pause{500};

  /// `owner` stays until the run is over, or abandons it. The run itself may stay longer.
  requeue_run(redelivery_context& context, requeue_owner& owner, subscription_id subscription, requeue_id plan,
              dead_letter_query query, std::string patch);

  subscription_id subscription() const noexcept { return subscription_; }

  /// Begins with nothing more; what is in flight still counts.
  void halt();
  /// Goes on after `halt`, from the oldest that is still open.
  void unhalt();
  /// The owner goes away: nothing is told any more.
  void abandon();

  const redelivery* front() override;
  redelivery take() override;
  void settled(std::uint64_t ticket, redelivery_outcome outcome, std::chrono::milliseconds delay,
               const std::string& reason) override;
  void superseded(log_place place) override;
  void ended() override;
  bool over() const noexcept override { return !owner_; }

 private:
  using time = std::chrono::steady_clock::time_point;

  void fetch();
  void read_page(const result<void>& written);
  void take_page(std::uint32_t round, result<std::vector<redelivery>> page, std::string next_cursor);
  bool claim(log_place place);
  void release(log_place place);
  void release_all();
  void wake_for_retry();
  void finish_if_over();

  redelivery_context& context_;
  requeue_owner* owner_;
  const subscription_id subscription_;
  const requeue_id plan_;
  dead_letter_query query_;
  const std::string patch_;
  const delivery_ordering ordering_;
  std::deque<redelivery> fresh_;
  retry_queue retries_;
  timer_slot wake_;
  std::set<log_place> failed_again_;  ///< within the plan's first moment
  std::set<log_place> struck_;        ///< superseded while a page is read, which may show them as they were
  std::set<log_place> unwanted_;      ///< superseded in flight: not to be tried again
  std::uint32_t round_{0};            ///< grows when it begins anew with its rows
  std::uint64_t last_ticket_{0};
  bool retry_shown_{false};  ///< what `front` has shown is a retry
  bool reading_{false};
  bool exhausted_{false};
  bool halted_{false};
};

}  // namespace eventmgr
