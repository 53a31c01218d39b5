#pragma once

#include "chaos/deliveries.hpp"
#include "chaos/live_server.hpp"
#include "chaos/ws_session.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace eventmgr::chaos {

/// One event as a consumer is handed it.
struct leased_delivery {
  std::string ack_id{};
  std::uint32_t attempt{0};
  received_event event{};
};

/// A consumer's end of a WebSocket, attached to a durable subscription by one call. Members throw std::runtime_error
/// once the connection is gone, and for a message that no consumer should get.
class attached_stream {
 public:
  /// Returns once it is attached. `options` is a JSON object, used where the subscription is made by this.
  attached_stream(const bench::endpoint& where, const std::string& durable, const std::string& topic,
                  const std::string& options);

  /// The next event; nullopt if none comes within `limit`.
  std::optional<leased_delivery> next(std::chrono::milliseconds limit);

  void acknowledge(const std::string& ack_id);

  /// Sends only the first half of an acknowledgement.
  void half_acknowledge(const std::string& ack_id);

 private:
  ws_session session_;
};

/// A consumer that acknowledges each event, comes back after each crash, and keeps what it saw.
class durable_consumer {
 public:
  /// Returns once it is attached. Throws std::runtime_error if that takes too long.
  durable_consumer(const live_server& server, std::string durable, std::string topic, std::string options);
  ~durable_consumer();

  durable_consumer(const durable_consumer&) = delete;
  durable_consumer& operator=(const durable_consumer&) = delete;

  void stop();

  /// After `stop`: the events in the order in which they came.
  const std::vector<leased_delivery>& seen() const noexcept { return seen_; }

 private:
  void run();
  void consume(const bench::endpoint& where);

  const live_server& server_;
  const std::string durable_;
  const std::string topic_;
  const std::string options_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> attached_{false};
  std::vector<leased_delivery> seen_;
  std::thread thread_;
};

}  // namespace eventmgr::chaos
