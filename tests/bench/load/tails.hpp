#pragma once

#include "bench/load/publish_load.hpp"
#include "bench/load/samples.hpp"
#include "bench/wire/event_loop.hpp"
#include "bench/wire/http_reader.hpp"
#include "bench/wire/ws_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::bench {

/// WebSocket tails of every event, and what they received.
class tail_group {
 public:
  tail_group(event_loop& loop, const run_clock& clock);
  ~tail_group();

  /// Opens so many tails and waits until each is subscribed. The log must stand at `head` meanwhile: the event after it
  /// is the first that each tail has to receive. Throws std::runtime_error if it takes over a minute.
  void open(const endpoint& where, std::size_t count, std::uint64_t head);

  std::size_t size() const noexcept { return tails_.size(); }

  /// Events received by all tails together.
  std::uint64_t deliveries() const noexcept { return deliveries_; }

  /// Serves the loop until every tail has the event at `seq`; false if that takes longer than `limit`.
  bool wait_for(std::uint64_t seq, std::chrono::seconds limit);

  /// Times at which a tail received an offset that does not follow its last one.
  std::uint64_t breaks() const noexcept { return breaks_; }

  /// The first frame, if any, that was neither an event nor harmless.
  const std::string& complaint() const noexcept { return complaint_; }

  /// From intended send time to receipt, of the deliveries since this was cleared.
  samples& delivery_times() noexcept { return delivery_times_; }

 private:
  class tail;

  void received(tail& by, std::string_view message);

  event_loop& loop_;
  const run_clock& clock_;
  std::vector<std::unique_ptr<tail>> tails_;
  std::vector<char> read_buffer_ = std::vector<char>(256U << 10U);
  samples delivery_times_;
  std::size_t subscribed_{0};
  std::uint64_t deliveries_{0};
  std::uint64_t breaks_{0};
  std::string complaint_;
  std::size_t seq_hint_{0};
  std::size_t stamp_hint_{0};
};

}  // namespace eventmgr::bench
