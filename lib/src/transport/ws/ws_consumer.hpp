#pragma once

#include "broker/delivery/subscription_face.hpp"
#include "codec/websocket_event.hpp"
#include "transport/ws/ws_sender.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace eventmgr::transport {

/// A WebSocket's share in a durable subscription: turns what the broker hands out into messages. As a `consumer_sink`
/// it is called on the core's thread, the rest is called on the connection's.
class ws_consumer final : public consumer_sink {
 public:
  /// `ended` is called at most once, on the core's thread.
  ws_consumer(std::string id, std::shared_ptr<ws_sender> sender, std::function<void()> ended);

  /// Once it returns, nothing more is sent, and what is offered is refused.
  void detach();

  /// Whether the client has been told that it is subscribed, or why not.
  bool answered() const;

  /// Whether the broker has ended it.
  bool over() const;

  /// Whether events were refused since the last call, so that the broker must be told of new room.
  bool take_refusal();

  void attached(const subscription_info& info, const position& settled) override;

  /// Sends a message for each event, or, where the subscription's `batchSize` is above 1, for each so many.
  bool offer(std::span<const leased_event> events) override;

  void ended(const failure& why) override;

 private:
  void stage_event(const leased_event& item);
  void stage_batch(std::span<const leased_event> items);
  codec::websocket::event_item item_of(const leased_event& leased);

  const std::string id_;
  const std::shared_ptr<ws_sender> sender_;
  const std::function<void()> on_ended_;

  mutable std::mutex mutex_;
  std::uint32_t batch_size_{1};
  delivery_format format_{delivery_format::native};
  std::string frames_;    ///< of the events that are being offered
  std::string text_;      ///< of the message that is being made
  std::string rendered_;  ///< of the event in it, where its format is not the native one
  bool announced_{false};
  bool refused_{false};
  bool detached_{false};
  bool ended_{false};
};

}  // namespace eventmgr::transport
