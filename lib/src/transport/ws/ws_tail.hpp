#pragma once

#include "ports/stream_sink.hpp"
#include "transport/ws/ws_sender.hpp"

#include <eventmgr/id.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace eventmgr::transport {

/// One subscription of a WebSocket: turns what the broker's tail says into messages. As a `stream_sink` it is called on
/// the core's thread, the rest is called on the connection's.
class ws_tail final : public stream_sink {
 public:
  /// `ended` is called at most once, on the core's thread.
  ws_tail(std::string id, std::shared_ptr<ws_sender> sender, std::function<void()> ended);

  /// Tells the id that the broker gave the subscription. Nothing is sent before that, for `subscribed` names it.
  /// Answers whether an event was refused meanwhile, so that the tail must be resumed.
  bool attach(subscription_id subscription);

  /// Once it returns, nothing more is sent.
  void detach();

  /// Whether the client has been told that it is subscribed, or why not.
  bool answered() const;

  /// Whether the broker has ended it.
  bool over() const;

  /// Whether an event was refused since the last call, so that the tail must be resumed.
  bool take_refusal();

  void opened(const position& start) override;
  bool offer(const tail_offer& item) override;
  void gap(const position& from, const position& to) override;
  void ended(const failure& why) override;

 private:
  void announce();

  const std::string id_;
  const std::shared_ptr<ws_sender> sender_;
  const std::function<void()> on_ended_;

  mutable std::mutex mutex_;
  std::string head_;              ///< of an event's message: what is always the same, then the position
  const std::size_t begin_size_;  ///< of what is always the same
  std::optional<subscription_id> subscription_;
  std::optional<position> start_;
  bool announced_{false};
  bool refused_{false};
  bool detached_{false};
  bool ended_{false};
};

}  // namespace eventmgr::transport
