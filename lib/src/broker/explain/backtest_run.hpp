#pragma once

#include "broker/broker.hpp"
#include "broker/delivery/matching.hpp"
#include "broker/query_desk.hpp"

#include <eventmgr/backtest.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace eventmgr {

/// What is tried, and what it is compared with.
struct backtest_plan {
  struct existing {
    subscription_id subscription{};
    std::string name{};
    matching_history::rule_ptr rule{};
  };

  matching_history::rule_ptr proposed{};
  std::optional<existing> against{};
  time_point since{};
  std::optional<time_point> until{};
};

/// Reads a stretch of the log in bounded slices, each a piece of work of its own, so that other questions get their
/// turn in between. Keeps itself alive until it has answered.
class backtest_run : public std::enable_shared_from_this<backtest_run> {
 public:
  /// Events read in one slice.
  static constexpr std::uint64_t slice_events = 4000;
  static constexpr std::uint32_t page_events = 500;

  backtest_run(const broker_ports& ports, query_desk& desk, backtest_plan plan, reply<backtest_result> done)
      : ports_{ports}, desk_{desk}, plan_{std::move(plan)}, done_{std::move(done)} {}

  void start();

 private:
  /// The newest of some events.
  class collection {
   public:
    void add(const std::shared_ptr<const event>& record);
    event_sample take() const;

   private:
    std::uint64_t count_{0};
    std::uint64_t bytes_{0};
    std::deque<std::shared_ptr<const event>> newest_;
  };

  void next_slice(query_step step);
  void begin();
  /// True: there is more to read.
  bool read_slice();
  void see(const std::shared_ptr<const event>& record);
  backtest_result conclude() const;

  const broker_ports ports_;
  query_desk& desk_;
  const backtest_plan plan_;
  const reply<backtest_result> done_;
  std::vector<topic_pattern> topics_;
  std::chrono::steady_clock::time_point deadline_{};
  bool begun_{false};
  bool complete_{true};
  position at_;
  position end_;
  std::size_t partition_{0};
  std::uint64_t scanned_{0};
  std::map<time_point, std::uint64_t> per_hour_;
  collection matched_;
  collection gained_;
  collection lost_;
  std::uint64_t existing_matched_{0};
};

}  // namespace eventmgr
