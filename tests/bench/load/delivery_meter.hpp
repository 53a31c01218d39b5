#pragma once

#include "bench/load/publish_load.hpp"
#include "bench/load/samples.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace eventmgr::bench {

/// What a receiver got: how many events, which of them again, and how late.
class delivery_meter {
 public:
  /// Without a clock nothing is measured: for events that were stored before. The clock must be that of their stamps.
  explicit delivery_meter(const run_clock* clock = nullptr) : clock_(clock) {}

  /// Takes in all events of a body or message that came just now.
  void take(std::string_view text);

  /// Events, each counted once.
  std::uint64_t events() const noexcept { return events_; }

  /// Events that came once more.
  std::uint64_t repeats() const noexcept { return repeats_; }

  /// Times that an event came after a later one.
  std::uint64_t overtaken() const noexcept { return overtaken_; }

  /// Looks out for the event at this offset.
  void watch(std::uint64_t seq) noexcept { watched_ = seq; }

  /// Events that had come when the watched one came; nullopt if it has not.
  std::optional<std::uint64_t> before_watched() const noexcept { return before_watched_; }

  /// From intended send time to receipt, of the events since this was cleared.
  samples& times() noexcept { return times_; }

 private:
  void take_seq(std::uint64_t seq);

  const run_clock* clock_;
  std::vector<bool> seen_;  ///< by offset
  std::uint64_t events_{0};
  std::uint64_t repeats_{0};
  std::uint64_t overtaken_{0};
  std::uint64_t last_seq_{0};
  std::optional<std::uint64_t> watched_;
  std::optional<std::uint64_t> before_watched_;
  samples times_;
};

}  // namespace eventmgr::bench
