#pragma once

#include "broker/delivery/subscription_face.hpp"
#include "transport/ws/ws_sender.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::transport {

/// One subscription of a connection, as its protocol sees it. Lives on the connection's thread; destroying it leaves
/// the broker, which takes unacknowledged events back.
class ws_subscription {
 public:
  virtual ~ws_subscription() = default;

  /// Once it returns, nothing more is sent.
  virtual void detach() = 0;

  /// Whether the client has been told that it is subscribed, or why not.
  virtual bool answered() const = 0;

  /// Whether the broker has ended it.
  virtual bool over() const = 0;

  /// The outbox has room again.
  virtual void on_room() = 0;

  /// Takes what the client says of events, until `settle`. False, and nothing taken, where nothing is to be said: its
  /// events are sent and forgotten.
  virtual bool acknowledge(std::vector<lease_result> results) = 0;

  /// Hands what was taken to the broker, in one go.
  virtual void settle() = 0;
};

/// How a subscription speaks to its client. `ended` is called at most once, on the core's thread, when the broker ends
/// it.
struct ws_subscriber {
  std::string id;  ///< the client's name for it
  std::shared_ptr<ws_sender> sender;
  std::function<void()> ended;
};

/// An ephemeral subscription.
std::unique_ptr<ws_subscription> open_tail(broker& subject, tail_request request, ws_subscriber client);

/// A share in a durable one.
std::unique_ptr<ws_subscription> attach_consumer(broker& subject, attach_request request, ws_subscriber client);

}  // namespace eventmgr::transport
