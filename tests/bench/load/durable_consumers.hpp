#pragma once

#include "bench/load/delivery_meter.hpp"
#include "bench/wire/event_loop.hpp"
#include "bench/wire/socket.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::bench {

/// What consumers attach to, and how they acknowledge.
struct consumer_shape {
  std::string durable{"bench-durable"};
  std::string options{"{}"};      ///< of the subscription: a JSON object
  std::size_t acks_per_frame{1};  ///< the most that one message acknowledges; they go together all the same
};

/// WebSockets attached to one durable subscription of everything. They acknowledge each event as soon as it has come.
class durable_consumers {
 public:
  durable_consumers(event_loop& loop, delivery_meter& meter, consumer_shape shape);
  ~durable_consumers();

  /// Attaches so many and waits until each is. Throws std::runtime_error if that takes over a minute.
  void attach(const endpoint& where, std::size_t count);

  std::size_t size() const noexcept { return consumers_.size(); }

  /// The first message, if any, that was neither an event nor harmless.
  const std::string& complaint() const noexcept { return complaint_; }

 private:
  class consumer;

  event_loop& loop_;
  delivery_meter& meter_;
  const consumer_shape shape_;
  std::vector<std::unique_ptr<consumer>> consumers_;
  std::vector<char> read_buffer_ = std::vector<char>(256U << 10U);
  std::size_t attached_{0};
  std::string complaint_;
};

}  // namespace eventmgr::bench
