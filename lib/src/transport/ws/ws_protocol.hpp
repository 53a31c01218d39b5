#pragma once

#include <string>
#include <string_view>

namespace eventmgr::transport {

/// What is spoken over a WebSocket. Every member is called on the connection's thread.
class ws_protocol {
 public:
  virtual ~ws_protocol() = default;

  /// The handshake is done; nothing was read yet.
  virtual void on_open() = 0;

  /// A message came. It may be changed, and 64 bytes past its end may be read.
  virtual void on_text(std::string& message) = 0;
  virtual void on_binary(std::string& message) = 0;

  /// All messages that came at once have been handed over: what gathered from them can be passed on together.
  virtual void on_turn_end() {}

  /// Whether it can take another message. While not, nothing is read; it is asked again once something was sent.
  virtual bool ready() const = 0;

  /// Events were refused for want of room (`ws_sender::offer`), and now there is some.
  virtual void on_room() = 0;

  /// The text message to be sent every `ws_session_options::heartbeat`; empty for none.
  virtual std::string_view heartbeat() const = 0;

  /// The session ends: nothing can be sent any more but answers that are owed (`ws_sender::owe`), and nothing further
  /// is called. Called once.
  virtual void on_close() = 0;
};

}  // namespace eventmgr::transport
