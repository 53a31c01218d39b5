#pragma once

#include "bench/wire/socket.hpp"
#include "bench/wire/ws_reader.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::chaos {

/// A WebSocket that is read when its owner likes. Every member throws std::runtime_error once the connection is gone.
class ws_session {
 public:
  ws_session(const bench::endpoint& where, std::string_view target);

  void send_text(std::string_view text);

  /// Sends the first half of a message, as a client does that dies at it.
  void send_half(std::string_view text);

  /// The next text message; nullopt if none comes within `limit`.
  std::optional<std::string> next(std::chrono::milliseconds limit);

 private:
  void take_frame(bench::ws_opcode opcode, std::string_view payload);

  bench::unique_fd fd_;
  bench::ws_reader frames_;
  std::deque<std::string> messages_;
};

}  // namespace eventmgr::chaos
