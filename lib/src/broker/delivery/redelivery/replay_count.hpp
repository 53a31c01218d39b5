#pragma once

#include "broker/delivery/redelivery/redelivery_context.hpp"
#include "broker/delivery/redelivery/replay_selection.hpp"

#include <eventmgr/position.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace eventmgr {

/// What there is to replay.
struct replay_tally {
  std::uint64_t events{0};
  std::vector<std::uint64_t> by_subscription{};
  std::optional<time_point> first{};  ///< received
  std::optional<time_point> last{};
};

/// Counts the events of a replay by reading the log, in slices, so that other questions have their turn. Used on the
/// core's thread.
class replay_count final : public std::enable_shared_from_this<replay_count> {
 public:
  static constexpr std::uint32_t events_per_page = 1000;
  static constexpr std::size_t pages_per_slice = 10;

  replay_count(delivery_context& context, std::shared_ptr<const replay_selection> what, position from, position to,
               reply<replay_tally> done);

  void start(query_step step) { slice(step); }
  /// `done` is not called any more.
  void cancel() { done_ = nullptr; }

 private:
  struct state {
    position at{};
    replay_tally tally{};
    bool complete{false};
  };
  static state count(const replay_selection& what, const position& to, state from);
  void slice(query_step step);

  delivery_context& context_;
  const std::shared_ptr<const replay_selection> what_;
  const position to_;
  state state_;
  reply<replay_tally> done_;
};

}  // namespace eventmgr
