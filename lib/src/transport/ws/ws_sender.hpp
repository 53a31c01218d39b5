#pragma once

#include "codec/websocket_frame.hpp"
#include "transport/common/outbox.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::transport {

/// The way out of one WebSocket: makes frames and puts them in the connection's outbox. Outlives the connection where
/// someone still holds it; it then refuses or drops what it is given.
///
/// Thread-safe, but for the members marked *session*.
class ws_sender {
 public:
  struct settings {
    std::size_t outbox_bytes;
    std::size_t deflate_threshold;
    int deflate_window_bits;  ///< 0: permessage-deflate was not agreed on
  };

  /// How it reaches the session. All are called from any thread and must not act before they return.
  struct hooks {
    std::function<void()> flush;
    std::function<void(codec::websocket::close_code, std::string)> close;
    std::function<void(std::function<void()>)> post;
  };

  ws_sender(settings values, hooks connection);

  /// Sends the three parts, joined, as one text message, unless the outbox is full: then false, and the protocol's
  /// `on_room` is called once it is not. Without compression nothing is allocated, and each byte is copied once.
  bool offer(std::string_view head, std::string_view body, std::string_view tail);

  /// Appends to `frames` the frame of one text message, of three parts, joined.
  void stage(std::string& frames, std::string_view head, std::string_view body, std::string_view tail) const;

  /// Sends frames that `stage` made, all or none, on the terms of `offer`.
  bool offer_staged(std::string_view frames) { return outbox_.try_append({frames}); }

  /// Sends a message that answers the client, full or not. There is a bound all the same: see `reply_bytes`.
  void reply(codec::websocket::opcode op, std::string_view payload);

  /// A message was taken whose answer is to come: `settle` sends it. A session that closes waits for it.
  void owe() noexcept { owed_.fetch_add(1); }
  void settle(codec::websocket::opcode op, std::string_view payload);

  /// Asks the session to close. What waits in the outbox is sent first, and what is owed.
  void close(codec::websocket::close_code code, std::string reason);

  /// Runs work on the connection's thread, unless the session has gone by then.
  void post(std::function<void()> work) { hooks_.post(std::move(work)); }

  /// *Session.* Answers that were not taken yet. The session stops reading while there are too many.
  std::size_t reply_bytes() const noexcept { return reply_bytes_.load(std::memory_order_relaxed); }

  /// *Session.* Swaps all that waits into `into`. False if nothing waits.
  bool take(std::string& into);

  /// *Session.* Whether an offer was refused before a `take` since the last call.
  bool take_refusal() noexcept { return std::exchange(refused_, false); }

  /// *Session.* Appends a frame that is ready.
  void append(std::string_view frame) { outbox_.append(frame); }

  /// *Session.* Whether answers are to come. A flush is asked for when the last one has come.
  bool owes() noexcept {
    ending_ = true;
    return owed_ > 0;
  }

  /// *Session.* Refuses everything from now on.
  void shut() { outbox_.close(); }

 private:
  std::optional<std::string_view> compress(std::string_view head, std::string_view body, std::string_view tail) const;

  const settings settings_;
  const hooks hooks_;
  std::atomic<std::size_t> reply_bytes_{0};
  std::atomic<std::size_t> owed_{0};
  std::atomic<bool> ending_{false};
  bool refused_{false};  ///< the connection thread's
  outbox outbox_;
};

}  // namespace eventmgr::transport
