#pragma once

#include "codec/websocket_parser.hpp"
#include "transport/ws/ws_options.hpp"
#include "transport/ws/ws_protocol.hpp"
#include "transport/ws/ws_sender.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace eventmgr::transport {

/// One WebSocket after its handshake: reads frames, writes what gathers in the outbox, keeps the deadlines, closes.
/// What the messages mean is the protocol's business.
///
/// Lives on the thread of the socket's executor; only what `sender` gives out may be used elsewhere. An idle session
/// has no read buffer and no zlib state, and needs one timer.
class ws_session final : public std::enable_shared_from_this<ws_session> {
 public:
  /// `thread` is where the socket to come lives. `deflate_window_bits` is 0 if permessage-deflate was not agreed on.
  static std::shared_ptr<ws_session> make(const boost::asio::any_io_executor& thread, const ws_session_options& options,
                                          int deflate_window_bits);

  ws_session(const ws_session&) = delete;
  ws_session& operator=(const ws_session&) = delete;
  ~ws_session() = default;

  const std::shared_ptr<ws_sender>& sender() const noexcept { return sender_; }

  /// Sends `answer`, the end of the handshake, and begins. `leftover` is what was read past the request. `ended` is
  /// called once, when the connection is gone.
  void start(boost::asio::ip::tcp::socket socket, std::shared_ptr<ws_protocol> protocol, std::string answer,
             std::string_view leftover, std::function<void()> ended);

 private:
  using clock = std::chrono::steady_clock;

  enum class phase : std::uint8_t {
    open,
    closing,    ///< our close frame is on its way, or waits for answers that are owed; frames are read only to find the
                ///< peer's
    lingering,  ///< both sides are done: reads until the peer hangs up, so that no reset overtakes our last bytes
    ended,
  };

  ws_session(const boost::asio::any_io_executor& thread, const ws_session_options& options, bool deflate);

  void set_socket_options();

  void wait_readable();
  void on_readable();
  void process(std::string_view input);
  void on_event(codec::websocket::parse_event event);
  bool may_process() const;
  void continue_reading();

  void flush();
  bool next_chunk();
  void wait_writable();

  void begin_close(codec::websocket::close_code code, std::string_view reason);
  void begin_close(std::string close_frame);
  void linger();
  void end();
  void leave_protocol();

  void schedule_tick();
  void on_tick();
  void send_heartbeat(clock::time_point now);
  bool may_be_dead() const;
  clock::time_point next_deadline() const;

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  const ws_session_options options_;
  codec::websocket::parser parser_;
  std::shared_ptr<ws_sender> sender_;
  std::shared_ptr<ws_protocol> protocol_;
  std::function<void()> ended_;

  phase phase_{phase::open};
  std::string unread_;  ///< input kept back while the protocol takes nothing
  bool reading_paused_{false};
  bool peer_closed_{false};  ///< its close frame came, or nothing sensible will
  std::string writing_;
  std::size_t written_{0};
  bool write_waiting_{false};
  std::string close_frame_;  ///< goes out after everything else, and after the answers that are owed
  bool close_sent_{false};

  clock::time_point last_received_{clock::now()};
  clock::time_point last_progress_{clock::now()};
  clock::time_point last_heartbeat_{clock::now()};
  clock::time_point close_deadline_{};
  /// Bytes sent since the last receipt beyond heartbeats. While there are any, silence may mean a busy peer.
  std::int64_t undigested_{0};
};

}  // namespace eventmgr::transport
