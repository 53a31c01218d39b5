#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/position.hpp>

#include <memory>
#include <string>

namespace eventmgr {

/// One event on its way to a subscriber. Valid during the call only, but for what `record` shares.
struct tail_offer {
  const std::shared_ptr<const event>& record;
  const std::string& json;  ///< `to_json(*record)`, rendered once for all subscribers
  const position& place;    ///< where to resume after this event
};

/// The far end of a tail: a WebSocket, an SSE response, a handler. All members are called on the core's thread and
/// return at once.
class stream_sink {
 public:
  virtual ~stream_sink() = default;

  /// The tail stands at `start`: everything after it that matches will follow.
  virtual void opened(const position& start) = 0;

  /// Takes an event, or answers false when its bounded buffer is full; the event is then offered again after
  /// `tail_handle::resume`.
  virtual bool offer(const tail_offer& item) = 0;

  /// Events between the two places are no longer kept and will not come.
  virtual void gap(const position& from, const position& to) = 0;

  /// Whether the tail waits, when the store cannot be read, until it can; else it ends. For those whom nobody would
  /// tell. Asked on the core's thread.
  virtual bool waits_for_store() const { return false; }

  /// The tail has ended and calls nothing more.
  virtual void ended(const failure& why) = 0;
};

}  // namespace eventmgr
